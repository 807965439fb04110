package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RangeOptionsTest {
  private static final Set<String> INPUTS = Set.of("orders", "refunds");

  private static RangeOptions range(String... words) {
    RangeOptions range = new RangeOptions();
    new CommandLine(range).parseArgs(words);
    return range;
  }

  @Test
  void oneThingSaysHowFar() {
    assertThatThrownBy(() -> range().requireBounds())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--all, or --from-offset");
    assertThatThrownBy(() -> range("--all", "--to-offset", "5").requireBounds())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--all stands beside a bound");
    assertThatThrownBy(
            () ->
                range("--from-offset", "5", "--from-time", "2026-11-20T08:00:00Z").requireBounds())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("stand for one bound");
  }

  @Test
  void inputsAreThoseOfTheJob() {
    assertThat(range("--all").inputs(INPUTS)).containsExactly("orders", "refunds");
    assertThat(range("--from-offset", "5", "--topic", "refunds").inputs(INPUTS))
        .containsExactly("refunds");
    assertThatThrownBy(() -> range("--all", "--topic", "totals").inputs(Set.of("orders")))
        .isInstanceOf(UserException.class)
        .hasMessage("Topic totals is no input of the job: it reads [orders].");
    assertThatThrownBy(() -> range("--from-offset", "5").inputs(INPUTS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("name one with --topic");
  }

  @Test
  void whatLeavesSomethingOutIsAPart() {
    assertThat(range("--all").isWhole(INPUTS)).isTrue();
    assertThat(range("--all", "--topic", "orders", "--topic", "refunds").isWhole(INPUTS)).isTrue();
    assertThat(range("--all", "--topic", "orders").isWhole(INPUTS)).isFalse();
    assertThat(range("--all", "--partition", "1").isWhole(INPUTS)).isFalse();
    assertThat(range("--from-offset", "0").isWhole(INPUTS)).isFalse();
  }
}
