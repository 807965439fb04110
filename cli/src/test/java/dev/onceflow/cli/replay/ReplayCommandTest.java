package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is refused before any server is asked; the rest is shown with real servers. */
class ReplayCommandTest {
  private static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/none";

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new ReplayCommand())
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              assertThat(failure).isInstanceOf(UserException.class);
              command.getErr().println(failure.getMessage());
              return ExitCode.FAILED;
            })
        .execute(args);
  }

  @Test
  void theLauncherFindsIt() {
    assertThat(ServiceLoader.load(Subcommand.class))
        .anyMatch(command -> command instanceof ReplayCommand);
  }

  @Test
  void aReplayWantsAReason() {
    String[] args = {
      "reapply", "--connect-url", "http://127.0.0.1:1", "--connector", "c", "--database", NOWHERE
    };
    assertThat(run(args)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--reason");
  }

  @Test
  void aRateIsAPositiveNumber() {
    assertThat(
            run(
                "reapply",
                "--connect-url",
                "http://127.0.0.1:1",
                "--connector",
                "c",
                "--database",
                NOWHERE,
                "--reason",
                "r",
                "--rate",
                "0"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--rate and --sample are 1 or more");
  }

  @Test
  void conditionThatCannotBeReadIsNamed() {
    for (String wrong : new String[] {"region=eu", "header:region", "record:key=A1", "field:=1"}) {
      assertThat(
              run(
                  "reapply",
                  "--connect-url",
                  "http://127.0.0.1:1",
                  "--connector",
                  "c",
                  "--database",
                  NOWHERE,
                  "--reason",
                  "r",
                  "--only",
                  wrong))
          .isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).contains("--only is " + wrong + ": expected header:NAME=TEXT");
    }
  }

  @Test
  void reprocessWantsToKnowWhichRecords() {
    String[] unbounded = {
      "reprocess", "--job", "j", "--config", "f", "--connector", "c", "--reason", "r"
    };
    assertThat(run(unbounded)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("Say which records: --all, or --from-offset");
  }

  @Test
  void databaseThatIsAwayIsNamed() {
    assertThat(run("list", "--database", NOWHERE)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("can't be reached");
  }
}
