package dev.onceflow.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
  private final RestartBudget budget = new RestartBudget(2, Duration.ofSeconds(1));

  @Test
  void itIsSpentAfterSoManyRestarts() {
    assertThat(budget.spend(0)).isTrue();
    assertThat(budget.spend(10)).isTrue();
    assertThat(budget.spend(20)).isFalse();
  }

  @Test
  void whatIsOlderThanTheWindowCountsNoMore() {
    budget.spend(0);
    budget.spend(500);

    assertThat(budget.spend(999)).isFalse();
    assertThat(budget.spend(1_000)).isTrue();
    assertThat(budget.spend(1_001)).isFalse();
  }

  @Test
  void thePauseDoublesUpToALimit() {
    RestartBudget large = new RestartBudget(100, Duration.ofHours(1));
    large.spend(0);
    assertThat(large.backoffMs()).isEqualTo(250);
    large.spend(0);
    assertThat(large.backoffMs()).isEqualTo(500);
    for (int i = 0; i < 50; i++) {
      large.spend(0);
    }
    assertThat(large.backoffMs()).isEqualTo(8_000);
  }
}
