package dev.onceflow.cli.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.ProfileOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is refused before any server is asked; the rest is shown with real servers. */
class FenceCommandTest {
  private static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/none";

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new FenceCommand())
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              assertThat(failure).isInstanceOf(UserException.class);
              command.getErr().println(failure.getMessage());
              return ExitCode.FAILED;
            })
        .execute(args);
  }

  private int change(String command, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(command, "--database", NOWHERE, "--sink", "shop", "--topic", "orders"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void theLauncherFindsIt() {
    assertThat(ServiceLoader.load(Subcommand.class))
        .anyMatch(command -> command instanceof FenceCommand);
  }

  @Test
  void aChangeWantsAReason() {
    assertThat(change("release", "--partition", "0")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--reason");
    assertThat(change("release", "--partition", "0", "--reason", " ")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--reason is empty");
  }

  @Test
  void aChangeWantsPartitionsOrAllOfThem() {
    assertThat(change("delete", "--reason", "r")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--partition", "--all-partitions");
    assertThat(change("delete", "--reason", "r", "--partition", "0", "--all-partitions"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("mutually exclusive");
  }

  @Test
  void anOffsetIsANumberOrAnEnd() {
    assertThat(change("set", "--reason", "r", "--partition", "0", "--offset", "-1"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("give a number from 0 on, earliest or latest");
  }

  @Test
  void aDatabaseThatCantBeReachedIsNamedWithoutAStackTrace() {
    assertThat(run("list", "--database", NOWHERE)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("can't be reached", "127.0.0.1:1").doesNotContain("\tat ");
    assertThat(run("list", "--database", "jdbc:mysql://h/d")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("expected jdbc:postgresql://");
  }

  @Test
  void withoutADatabaseAllWaysToGiveOneAreSaid() {
    assertThat(run("list")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("--database URL", "ONCEFLOW_DATABASE_URL", "database.url into a profile");
  }

  @Test
  void theDatabaseMayComeFromAProfile(@TempDir Path dir) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("profiles.yaml"), "profiles: {default: {database.url: " + NOWHERE + "}}");
    CommandLine commands = new CommandLine(new FenceCommand());
    ProfileOptions.addTo(commands);

    int code =
        commands
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(failure.getMessage());
                  return ExitCode.FAILED;
                })
            .execute("list", "--profile-file", file.toString());

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("can't be reached", "127.0.0.1:1");
  }
}
