package dev.onceflow.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LoadCommandTest {
  private static final String MAPPING = Path.of("..", "examples", "online-retail.yaml").toString();
  private static final String INPUT = "src/test/resources/load/online-retail-extract.csv";

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new LoadCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              assertThat(failure).isInstanceOf(UserException.class);
              command.getErr().println(failure.getMessage());
              return ExitCode.FAILED;
            })
        .execute(args);
  }

  private String rejects() {
    return directory.resolve("rejects.csv").toString();
  }

  @Test
  void theLauncherFindsIt() {
    assertThat(ServiceLoader.load(Subcommand.class))
        .anyMatch(command -> command instanceof LoadCommand);
  }

  @Test
  void aDryRunMapsAndReportsAndSendsNothing() throws IOException {
    int code =
        run("--input", INPUT, "--mapping", MAPPING, "--dry-run", "--json", "--rejects", rejects());

    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(report.path("read").asLong()).isEqualTo(166);
    assertThat(report.path("mapped").asLong()).isEqualTo(152);
    assertThat(report.path("sent").asLong()).isZero();
    assertThat(report.path("reasons").path("zero_amount").asLong()).isEqualTo(14);
    assertThat(report.path("rejects_file").asText()).isEqualTo(rejects());
    assertThat(Files.readAllLines(Path.of(rejects()))).hasSize(15);
  }

  @Test
  void aReportForPeopleNamesReasonsAndTotals() {
    run("--input", INPUT, "--mapping", MAPPING, "--dry-run", "--rejects", rejects());

    assertThat(out.toString())
        .contains("166 lines read in", "14   zero amount", "rejected lines: " + rejects())
        .containsPattern("SALE +GBP +131 payments");
  }

  @Test
  void madeUpPaymentsComeWithWhatToExpect() throws IOException {
    int code = run("--events", "3000", "--seed", "7", "--dry-run", "--json");

    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(report.path("read").asLong()).isEqualTo(3000);
    assertThat(report.path("expected_of_first_load").path("applied").asLong()).isPositive();
  }

  @Test
  void wrongUseFailsWithWhatToGive() {
    assertThat(run("--events", "10")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("Give --bootstrap-servers and --schema-registry, or --dry-run");
    assertThat(run("--events", "0", "--dry-run")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--events is 0: give at least 1.");
    assertThat(run("--input", INPUT, "--dry-run")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--mapping");
    assertThat(run("--input", INPUT, "--mapping", MAPPING, "--dry-run", "--rejects", INPUT))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("which would be overwritten");
  }
}
