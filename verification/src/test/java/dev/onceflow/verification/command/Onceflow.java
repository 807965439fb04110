package dev.onceflow.verification.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * {@code onceflow} as its {@code main} runs it, but in the test's own JVM: to start another takes
 * longer than most commands do.
 */
public final class Onceflow {
  /**
   * What a command said, errors too, and its exit code.
   *
   * @param code the exit code
   * @param text standard output and standard error
   */
  public record Answer(int code, String text) {}

  private Onceflow() {}

  /** Runs one command to its end. */
  public static Answer run(String... words) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);
    int code = Main.commandLine().setOut(out).setErr(out).execute(words);
    // Errors are sentences.
    assertThat(said.toString()).doesNotContain("\tat ");
    return new Answer(code, said.toString());
  }
}
