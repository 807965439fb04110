package dev.onceflow.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.ProfileOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ProfileCommandTest {
  @TempDir private Path dir;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  /** In the launcher's place. */
  @Command(name = "onceflow")
  private static final class Root {}

  @BeforeEach
  void writeFile() throws IOException {
    file =
        Files.writeString(
            dir.resolve("profiles.yaml"),
            """
            profiles:
              default:
                kafka.bootstrap.servers: broker:9092
                database:
                  url: jdbc:postgresql://db/shop
                  password: s3cret
              other:
                job.url: http://job:8080
            """);
  }

  private int run(String... args) {
    CommandLine commands = new CommandLine(new Root()).addSubcommand(new ProfileCommand());
    ProfileOptions.addTo(commands);
    return commands
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

  @Test
  void eachSettingIsShownWithItsPlaceAndNoSecret() {
    assertThat(
            run("profile", "show", "--profile-file", file.toString(), "--bootstrap-servers", "b:1"))
        .as(err.toString())
        .isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .contains("Profile: " + file + ", profile default")
        .containsPattern("kafka.bootstrap.servers +b:1 +--bootstrap-servers")
        .containsPattern(
            "database.url +jdbc:postgresql://db/shop +.*profiles.yaml, profile default")
        .containsPattern("database.password +\\*{8} ")
        .doesNotContain("s3cret", "job.url");
  }

  @Test
  void aScriptGetsTheSame() throws IOException {
    assertThat(
            run("profile", "show", "--profile-file", file.toString(), "--profile=other", "--json"))
        .isEqualTo(ExitCode.OK);

    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("settings")).hasSize(1);
    assertThat(report.path("settings").path(0).path("key").asText()).isEqualTo("job.url");
    assertThat(report.path("settings").path(0).path("value").asText()).isEqualTo("http://job:8080");
    assertThat(report.path("settings").path(0).path("source").asText()).isEqualTo("profile");
  }

  @Test
  void profilesAreListed() {
    assertThat(run("profile", "list", "--profile-file", file.toString())).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).isEqualToNormalizingNewlines("default\nother\n");
  }

  @Test
  void aFileOrProfileThatIsNotThereIsNamed() {
    assertThat(run("profile", "show", "--profile-file", "no.yaml")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("no.yaml, named by --profile-file, does not exist");
    assertThat(run("profile", "show", "--profile", "other")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("there is no onceflow.yaml in the working directory");
    assertThat(run("profile", "show", "--profile-file", file.toString(), "--profile", "third"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("has no profile third: name one of default, other");
  }
}
