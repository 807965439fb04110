package dev.onceflow.verification.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final int PER_SECOND = 300;

  private final List<Rates.Stretch> stretches = stretches(7);

  @Test
  void aSeedAlwaysGivesTheSameRates() {
    assertThat(stretches(7)).isEqualTo(stretches);
    assertThat(stretches(8)).isNotEqualTo(stretches);
  }

  @Test
  void thereAreBurstsAndSlowTimesButNeverAStandstill() {
    assertThat(stretches).extracting(Rates.Stretch::perSecond).contains(900, 60);
    assertThat(stretches).allMatch(each -> each.perSecond() >= 60);
    assertThat(new Rates(7, 1).stretch(3).perSecond()).isPositive();
  }

  @Test
  void theAverageIsAboutTheRateThatIsAskedFor() {
    double seconds = stretches.stream().mapToLong(each -> each.length().toSeconds()).sum();
    double records =
        stretches.stream().mapToDouble(each -> each.length().toSeconds() * each.perSecond()).sum();

    assertThat(records / seconds).isBetween(0.9 * PER_SECOND, 1.15 * PER_SECOND);
  }

  @Test
  void aRateOfNothingIsRefused() {
    assertThatThrownBy(() -> new Rates(7, 0)).hasMessageContaining("give 1 or more");
  }

  private static List<Rates.Stretch> stretches(long seed) {
    return LongStream.range(0, 1_000).mapToObj(new Rates(seed, PER_SECOND)::stretch).toList();
  }
}
