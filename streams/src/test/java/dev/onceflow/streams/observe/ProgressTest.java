package dev.onceflow.streams.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress progress = new Progress(Duration.ofSeconds(10));

  @Test
  void recordsThatWaitUnprocessedForTooLongAreAStall() {
    assertThat(progress.look(0, 5, 100)).isZero();
    assertThat(progress.look(9_999, 5, 100)).isZero();
    assertThat(progress.look(10_000, 5, 100)).isEqualTo(10_000);
    assertThat(progress.look(12_000, 5, 50)).isEqualTo(12_000);
  }

  @Test
  void oneRecordThatIsProcessedEndsTheStall() {
    progress.look(0, 5, 100);
    progress.look(20_000, 5, 100);

    assertThat(progress.look(21_000, 6, 99)).isZero();
    assertThat(progress.look(30_999, 6, 99)).isZero();
  }

  @Test
  void nothingToDoIsNoStall() {
    progress.look(0, 5, 0);

    assertThat(progress.look(1_000_000, 5, 0)).isZero();
    // Then something comes: the time counts from the last look without.
    assertThat(progress.look(1_009_999, 5, 1)).isZero();
    assertThat(progress.look(1_010_000, 5, 1)).isEqualTo(10_000);
  }

  @Test
  void aCountThatBeginsAgainIsProgress() {
    progress.look(0, 500, 10);

    assertThat(progress.look(10_000, 3, 10)).isZero();
  }
}
