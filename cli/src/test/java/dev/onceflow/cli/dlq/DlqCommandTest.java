package dev.onceflow.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is refused before any server is asked; the rest is shown with real servers. */
class DlqCommandTest {
  private static final String[] NOWHERE = {"orders-dlq", "--bootstrap-servers", "127.0.0.1:1"};

  private final StringWriter err = new StringWriter();

  private int run(Subcommand command, String name, String... more) {
    CommandLine line =
        new CommandLine(command)
            .setErr(new PrintWriter(err))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, failed, parsed) -> {
                  assertThat(failure).isInstanceOf(UserException.class);
                  failed.getErr().println(failure.getMessage());
                  return ExitCode.FAILED;
                });
    String[] args = new String[1 + NOWHERE.length + more.length];
    args[0] = name;
    System.arraycopy(NOWHERE, 0, args, 1, NOWHERE.length);
    System.arraycopy(more, 0, args, 1 + NOWHERE.length, more.length);
    return line.execute(args);
  }

  @Test
  void theLauncherFindsThem() {
    assertThat(ServiceLoader.load(Subcommand.class))
        .anyMatch(command -> command instanceof DlqCommand)
        .anyMatch(command -> command instanceof QuarantineCommand);
  }

  @Test
  void aChangeWantsAReason() {
    assertThat(run(new DlqCommand(), "redrive", "--all")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--reason");
    assertThat(run(new DlqCommand(), "purge", "--all", "--reason", " ")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--reason is empty");
  }

  @Test
  void allRecordsAreMeantOnlyOnPurpose() {
    assertThat(run(new DlqCommand(), "purge", "--reason", "r")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("No record is named", "--all");
    assertThat(run(new DlqCommand(), "redrive", "--reason", "r", "--all", "--code", "c"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--all is given, and so is a filter");
  }

  @Test
  void theTableOfASinkWantsItsDatabase() {
    assertThat(run(new DlqCommand(), "list", "--sink", "orders-sink")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--database URL");
  }

  @Test
  void aReleaseSaysAsWhat() {
    assertThat(run(new QuarantineCommand(), "release", "--all", "--reason", "r"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--as");
  }

  @Test
  void anImportNamesTheLineThatIsWrong(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("open.jsonl");
    ExportLine lines = new ExportLine(new ValueFormat(Optional.empty()));
    String line = lines.write("id", TestingRecords.of(5, "c", "e1"));
    Files.writeString(file, line + "\n\n" + line + "\n");

    int code = run(new DlqCommand(), "import", "--file", file.toString(), "--reason", "r");

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains(file + ", line 3: the record at 0:5 is there twice");
  }
}
