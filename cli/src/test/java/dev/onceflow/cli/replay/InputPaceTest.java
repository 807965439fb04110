package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a run holds back; never how long at most, since a machine may be slow. */
class InputPaceTest {
  private static long millis(Runnable action) {
    long fromNs = System.nanoTime();
    action.run();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fromNs);
  }

  @Test
  void recordsTakeAsLongAsTheRateSays() {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1_000L));

    assertThat(millis(() -> pace.take(100))).isGreaterThanOrEqualTo(99);
  }

  @Test
  void consumersShareTheRate() throws Exception {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1_000L));
    Thread other = new Thread(() -> pace.take(100));

    long took =
        millis(
            () -> {
              other.start();
              pace.take(100);
              try {
                other.join();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    assertThat(took).isGreaterThanOrEqualTo(199);
  }

  @Test
  void rateThatWasTakenAwayHoldsNobodyBack() {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1_000L));
    pace.take(1);
    pace.limit(Optional.empty());

    // At the rate of before it would take longer than any wait may.
    assertThat(millis(() -> pace.take(10_000_000))).isLessThan(9_000);
  }
}
