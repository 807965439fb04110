package dev.onceflow.sink.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.sink.write.Arrivals;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HorizonTest {
  private static final Horizon WEEK = new Horizon(Duration.ofDays(7).toMillis());
  private static final long LOOK_MS = WEEK.slackMs();
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final long TEN_YEARS_MS = Duration.ofDays(3_653).toMillis();

  @ParameterizedTest
  @ValueSource(longs = {1, 60_000, 3_600_000, 86_400_000, 604_800_000, 31_536_000_000L})
  void tenYearsOfIdsTakeFewPartitionsWhateverTheHorizon(long ms) {
    Horizon horizon = new Horizon(ms);
    int ranges = 0;
    for (long idMs = NOW_MS - TEN_YEARS_MS; idMs < NOW_MS; ranges++) {
      long width = horizon.widthMs(idMs, NOW_MS);
      assertThat(width % Arrivals.SLOT_MS).isZero();
      idMs = (idMs / width + 1) * width;
    }
    assertThat(ranges).isBetween(30, 250);
  }

  @Test
  void partitionIsNarrowNearThePresentAndASixteenthOfItsAgeAtMost() {
    assertThat(WEEK.widthMs(NOW_MS + 1, NOW_MS)).isEqualTo(Duration.ofHours(11).toMillis());
    assertThat(WEEK.widthMs(NOW_MS - WEEK.ms(), NOW_MS)).isEqualTo(Duration.ofHours(11).toMillis());
    for (int days = 14; days < 3_653; days++) {
      long ageMs = Duration.ofDays(days).toMillis();
      assertThat(WEEK.widthMs(NOW_MS - ageMs, NOW_MS)).isLessThanOrEqualTo(ageMs / 16);
    }
  }

  @Test
  void theLongerForgettingIsOverdueTheLongerItWaits() {
    assertThat(WEEK.dropTimeoutMs(1)).isEqualTo(2_000);
    assertThat(WEEK.dropTimeoutMs(LOOK_MS)).isEqualTo(4_000);
    assertThat(WEEK.dropTimeoutMs(3 * LOOK_MS)).isEqualTo(8_000);
    assertThat(WEEK.dropTimeoutMs(WEEK.ms())).isEqualTo(30_000);
    assertThat(new Horizon(1).dropTimeoutMs(TEN_YEARS_MS)).isEqualTo(30_000);
  }

  @Test
  void itIsLongOverdueAfterAFewLooks() {
    assertThat(WEEK.isLongOverdue(LOOK_MS)).isFalse();
    assertThat(WEEK.isLongOverdue(5 * LOOK_MS)).isTrue();
  }
}
