package dev.onceflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.ProfileOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunCommandTest {
  @TempDir private Path dir;

  @Test
  void theLauncherFindsIt() {
    assertThat(ServiceLoader.load(Subcommand.class).stream().map(ServiceLoader.Provider::type))
        .contains(RunCommand.class);
  }

  @Test
  void anUnknownJobIsAnsweredWithTheKnownOnes() throws IOException {
    assertThatThrownBy(() -> run("invoices", ""))
        .isInstanceOf(UserException.class)
        .hasMessage("Job \"invoices\" is unknown. Known jobs: payments.");
  }

  @Test
  void aMissingFileIsNamed() {
    RunCommand command = new RunCommand();
    new CommandLine(command).parseArgs("--job", "payments", "--config", "no.properties");

    assertThatThrownBy(command::call)
        .isInstanceOf(UserException.class)
        .hasMessage("Settings file no.properties does not exist.");
  }

  @Test
  void aMissingSettingIsNamedWithTheFile() throws IOException {
    assertThatThrownBy(() -> run("payments", "application.id=payments"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("job.properties: Setting bootstrap.servers is missing");
  }

  @Test
  void aSettingThatWeakensTheGuaranteeStopsTheStart() throws IOException {
    assertThatThrownBy(
            () ->
                run(
                    "payments",
                    "application.id=payments\nbootstrap.servers=127.0.0.1:1\nstate.dir=state\nschema.registry.url=http://127.0.0.1:1\n"
                        + "producer.acks=1"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Job payments can't start.")
        .hasMessageContaining("acks: producer.acks = 1; needed: all. Remove producer.acks.");
  }

  @Test
  void aRegistryThatIsNotGivenIsAskedFor() throws IOException {
    assertThatThrownBy(
            () ->
                run(
                    "payments",
                    "application.id=payments\nbootstrap.servers=127.0.0.1:1\nstate.dir=state"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void theFileGoesBeforeAProfileWhichGivesWhatItLeavesOpen() throws IOException {
    Path profiles =
        Files.writeString(
            dir.resolve("profiles.yaml"),
            "profiles: {default: {kafka.bootstrap.servers: 'of-profile:1', registry.url: 'http://127.0.0.1:1', kafka.security.protocol: NONE}}");
    Path file =
        Files.writeString(
            dir.resolve("job.properties"),
            "application.id=payments\nstate.dir=state\nsecurity.protocol=ELSE");
    CommandLine commands = new CommandLine(new Root()).addSubcommand(new RunCommand());
    ProfileOptions.addTo(commands);
    RunCommand command = commands.getSubcommands().get("run").getCommand();
    commands.parseArgs(
        "run",
        "--job",
        "payments",
        "--config",
        file.toString(),
        "--profile-file",
        profiles.toString());

    assertThatThrownBy(command::call)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("ELSE")
        .hasMessageNotContaining("NONE")
        .hasMessageNotContaining("bootstrap.servers is missing")
        .hasMessageNotContaining("schema.registry.url");
  }

  /** In the launcher's place. */
  @CommandLine.Command(name = "onceflow")
  private static final class Root {}

  private int run(String job, String settings) throws IOException, InterruptedException {
    Path file = Files.writeString(dir.resolve("job.properties"), settings);
    RunCommand command = new RunCommand();
    new CommandLine(command).parseArgs("--job", job, "--config", file.toString());
    return command.call();
  }
}
