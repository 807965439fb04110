package dev.onceflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
  @Command(name = "broken")
  private static final class Broken implements Subcommand {
    @Override
    public Integer call() {
      throw new IllegalStateException("a mistake of ours");
    }
  }

  @Test
  void aCommandThatBreaksHasFailedAndHasNotFoundADifference() {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));
    commandLine.addSubcommand(
        new CommandLine(new Broken())
            .setErr(new PrintWriter(err))
            .setExitCodeExceptionMapper(commandLine.getExitCodeExceptionMapper()));

    int code = commandLine.execute("broken");

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("a mistake of ours");
  }
}
