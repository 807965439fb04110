package dev.onceflow.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.nemesis.FaultKind;
import dev.onceflow.verification.nemesis.Faults;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class ChaosOptionsTest {
  @Command(name = "chaos")
  private static final class Options {
    @Mixin private ChaosOptions options;
  }

  @Test
  void theCommandThatIsPrintedMeansTheSame() {
    ChaosOptions first =
        parsed("--faults", "job-killed,worker-killed", "--phase", "overlapping", "--leg", "3");

    ChaosOptions again = parsed(first.command().replace("onceflow chaos ", "").split(" ", -1));

    assertThat(again.byName()).isEqualTo(first.byName());
    assertThat(again.plan()).isEqualTo(first.plan());
  }

  @Test
  void withoutNamesAllFaultsComeThatAScaleAllows() {
    assertThat(parsed("--scale", "full").plan().schedule().kinds()).isEqualTo(Faults.all());
    assertThat(parsed("--scale", "small").plan().schedule().kinds())
        .extracting(FaultKind::name)
        .contains("broker-killed")
        .doesNotContain("replicas-lost");
    assertThat(parsed("--scale", "small").leftOut())
        .anyMatch(left -> left.what().equals("replicas-lost"));
  }

  @Test
  void aFaultThatTheScaleDoesNotAllowIsRefusedWhereItIsNamed() {
    ChaosOptions options = parsed("--faults", "replicas-lost");

    assertThatThrownBy(options::plan)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("replicas-lost")
        .hasMessageContaining("three brokers");
  }

  @Test
  void aFaultThatIsUnknownIsNamedWithThoseThereAre() {
    ChaosOptions options = parsed("--faults", "job-kiled");

    assertThatThrownBy(options::plan)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("job-kiled")
        .hasMessageContaining("job-killed");
  }

  @Test
  void allControlsAreAllModesButOne() {
    assertThat(parsed("--controls", "all").controls())
        .extracting(Plan::mode)
        .hasSize(Mode.values().length - 1)
        .doesNotContain(Mode.EXACTLY_ONCE);
    assertThat(parsed().controls()).extracting(Plan::mode).containsExactly(Mode.FENCE_OFF);
    assertThat(parsed("--controls", "none").controls()).isEmpty();
    assertThat(parsed("--mode", "at-least-once").controls()).isEmpty();
  }

  @Test
  void everyControlIsStruckByWhatCanBeDoneWithOneBroker() {
    for (Plan control : parsed("--controls", "all").controls()) {
      assertThat(control.schedule().kinds())
          .as(control.mode().option())
          .isNotEmpty()
          .allSatisfy(kind -> assertThat(kind.leftOut(control.scale().shape())).isEmpty());
    }
  }

  @Test
  void durationsAreANumberAndAUnit() {
    assertThat(parsed("--duration", "90s").plan().duration()).isEqualTo(Duration.ofSeconds(90));
    assertThat(parsed("--duration", "2h").plan().duration()).isEqualTo(Duration.ofHours(2));
    assertThatThrownBy(() -> parsed("--duration", "90"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("such as 90s");
  }

  @Test
  void aHorizonComesWithAShorterSkewAndIsPartOfTheCommand() {
    ChaosOptions options = parsed("--horizon", "3m");

    assertThat(options.plan().rules().horizonMs()).isEqualTo(180_000);
    assertThat(options.plan().rules().skewMaxMs()).isLessThan(180_000);
    assertThat(options.command()).contains("--horizon 180s");
    assertThat(options.controls()).allMatch(control -> control.rules().isForever());
    assertThat(parsed().plan().rules().isForever()).isTrue();
    assertThatThrownBy(() -> parsed("--horizon", "5s").plan())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("give 30 s or more");
  }

  private static ChaosOptions parsed(String... arguments) {
    Options command = new Options();
    new CommandLine(command).parseArgs(arguments);
    return command.options;
  }
}
