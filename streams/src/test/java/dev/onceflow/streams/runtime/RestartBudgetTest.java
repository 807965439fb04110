package dev.onceflow.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobConfig;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void itIsSpentAfterSoManyRestarts() {
    RestartBudget budget = new RestartBudget(2, HOUR);

    assertThat(budget.pauseMs(0)).isPresent();
    assertThat(budget.pauseMs(1_000)).isPresent();
    assertThat(budget.pauseMs(2_000)).isEmpty();
  }

  @Test
  void whatIsOlderThanTheWindowCountsNoMore() {
    RestartBudget budget = new RestartBudget(2, Duration.ofSeconds(10));
    budget.pauseMs(0);
    budget.pauseMs(5_000);

    assertThat(budget.pauseMs(9_999)).isEmpty();
    assertThat(budget.pauseMs(10_000)).isPresent();
    assertThat(budget.pauseMs(14_999)).isEmpty();
  }

  @Test
  void thePauseDoublesUpToALimit() {
    RestartBudget budget = new RestartBudget(100, HOUR);
    long atMs = 0;

    for (long expectedMs : new long[] {250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000}) {
      assertThat(budget.pauseMs(atMs).orElseThrow()).isBetween(expectedMs * 3 / 4, expectedMs);
      atMs += expectedMs;
    }
    assertThat(budget.pauseMs(atMs).orElseThrow()).isBetween(22_500L, 30_000L);
  }

  @Test
  void threadsThatFailTogetherAreReplacedTogetherAndCountOnce() {
    RestartBudget budget = new RestartBudget(1, HOUR);
    long pauseMs = budget.pauseMs(0).orElseThrow();

    for (int thread = 2; thread <= 12; thread++) {
      assertThat(budget.pauseMs(100)).isEqualTo(OptionalLong.of(pauseMs - 100));
    }
    // The next failure after the pause is another one.
    assertThat(budget.pauseMs(pauseMs)).isEmpty();
  }

  @Test
  void twelveThreadsMayFailWithinASecond() {
    RestartBudget budget = new RestartBudget(3, HOUR);

    for (int thread = 0; thread < 12; thread++) {
      assertThat(budget.pauseMs(thread * 1_000 / 12)).isPresent();
    }
  }

  @Test
  void anOutageOfFiveMinutesIsWaitedOutAndABugIsNot() {
    // Each replacement fails at once, for as long as there is one.
    for (int run = 0; run < 100; run++) {
      RestartBudget budget = byDefault();
      long atMs = 0;
      for (OptionalLong pause = budget.pauseMs(atMs);
          pause.isPresent();
          pause = budget.pauseMs(atMs)) {
        atMs += pause.getAsLong();
      }
      assertThat(atMs).isBetween(300_000L, 500_000L);
    }
  }

  @Test
  void aBugThatTakesHalfAMinuteToShowEndsTheJobToo() {
    RestartBudget budget = byDefault();
    long atMs = 0;
    for (OptionalLong pause = budget.pauseMs(atMs);
        pause.isPresent();
        pause = budget.pauseMs(atMs)) {
      atMs += pause.getAsLong() + 30_000;
      assertThat(atMs).isLessThan(HOUR.toMillis());
    }
  }

  @Test
  void aClockThatIsSetBackMakesNoLongPause() {
    RestartBudget budget = new RestartBudget(2, HOUR);
    budget.pauseMs(10_000_000);

    assertThat(budget.pauseMs(0)).hasValue(30_000);
  }

  private static RestartBudget byDefault() {
    return new RestartBudget(
        (int) JobConfig.DEF.defaultValues().get(JobConfig.RESTARTS_MAX),
        Duration.ofMillis((long) JobConfig.DEF.defaultValues().get(JobConfig.RESTARTS_WINDOW_MS)));
  }
}
