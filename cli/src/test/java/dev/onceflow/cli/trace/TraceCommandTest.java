package dev.onceflow.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is refused before any server is asked; the rest is shown with real servers. */
class TraceCommandTest {
  private static final String ID = "01938f6e-7c00-7a3b-9c1d-52a4a8e0b1c2";

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new TraceCommand())
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
  void withoutKafkaAllWaysToGiveItAreSaid() {
    assertThat(run(ID)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains(
            "No Kafka is given",
            "--bootstrap-servers HOST:PORT",
            "ONCEFLOW_KAFKA_BOOTSTRAP_SERVERS",
            "kafka.bootstrap.servers into a profile");
  }

  @Test
  void anIdWithoutATimeNeedsAWindow() {
    assertThat(run("order-1", "--bootstrap-servers", "127.0.0.1:1")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("Event ID order-1 has no time inside", "--from and --to", "--job-url", "--all");
  }

  @Test
  void aWindowThatIsNoneIsRefused() {
    assertThat(
            run(
                ID,
                "--bootstrap-servers=127.0.0.1:1",
                "--from=2026-01-02T00:00:00Z",
                "--to=2026-01-01T00:00:00Z"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--from 2026-01-02T00:00:00Z is not before --to");
    assertThat(run(ID, "--bootstrap-servers=127.0.0.1:1", "--all", "--to=2026-01-01T00:00:00Z"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("exclude each other");
  }

  @Test
  void aJobsAddressIsOne() {
    assertThat(run(ID, "--bootstrap-servers=127.0.0.1:1", "--job-url=job:8080"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("job.url (from --job-url) is job:8080: expected http://");
  }
}
