package dev.onceflow.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class CompletionCommandTest {
  @TempDir private Path dir;

  private final StringWriter out = new StringWriter();

  /** In the launcher's place. */
  @Command(name = "onceflow", subcommands = CompletionCommand.class)
  private static final class Root {}

  private int run(String shell) {
    CommandSpec sample =
        CommandSpec.create()
            .addOption(OptionSpec.builder("--bootstrap-servers").type(String.class).build());
    return new CommandLine(new Root())
        .addSubcommand("sample", sample)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(new StringWriter()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute("completion", shell);
  }

  private String completed(String... words) throws IOException, InterruptedException {
    Path script = Files.writeString(dir.resolve("completion.bash"), out.toString());
    String command =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_onceflow; echo \"${COMPREPLY[@]}\""
            .formatted(script, String.join(" ", words), words.length - 1);
    // Outside of a completion bash complains of compopt.
    Process bash =
        new ProcessBuilder(List.of("bash", "-c", command))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(answer).isZero();
    return answer.strip();
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(run("bash")).isEqualTo(ExitCode.OK);

    assertThat(completed("onceflow", "sa")).isEqualTo("sample");
    assertThat(completed("onceflow", "sample", "--boot")).isEqualTo("--bootstrap-servers");
  }

  @Test
  void zshReadsItThroughItsBashCompletion() {
    assertThat(run("zsh")).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .startsWith("autoload -U +X bashcompinit && bashcompinit")
        .contains("complete -F _complete_onceflow");
  }

  @Test
  void anotherShellIsRefused() {
    assertThat(run("fish")).isEqualTo(ExitCode.FAILED);
  }
}
