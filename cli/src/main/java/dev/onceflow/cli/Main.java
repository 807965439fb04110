package dev.onceflow.cli;

import dev.onceflow.cli.connection.ProfileOptions;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The {@code onceflow} command. */
@Command(
    name = "onceflow",
    description = "Exactly-once effects from Kafka to the database.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "onceflow 0.1.0-SNAPSHOT",
    footer = {
      "",
      "Examples:",
      "  onceflow profile --help        how a command learns where its servers are",
      "  onceflow trace --help          what a command does, with examples",
      "  source <(onceflow completion bash)",
      "",
      "Exit codes: 0 done and everything agrees; 1 done, and the answer is no:",
      "something differs, a check failed, nothing was found; 2 failed, or not to be",
      "known. 'onceflow COMMAND --help' tells more about a command."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with every subcommand on the class path. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    ServiceLoader.load(Subcommand.class).forEach(commandLine::addSubcommand);
    ProfileOptions.addTo(commandLine);
    return commandLine
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::correct)
        .setExecutionExceptionHandler(Main::explain)
        // picocli's own would be 1, which says that something differs.
        .setExitCodeExceptionMapper(unexpected -> ExitCode.FAILED);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Give a command.");
  }

  // The whole usage would push the one sentence that matters off the screen.
  private static int correct(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    command.getErr().println(command.getColorScheme().errorText(wrong.getMessage()));
    command.getErr().printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
    return ExitCode.FAILED;
  }

  private static int explain(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    if (failure instanceof UserException) {
      command.getErr().println(command.getColorScheme().errorText(failure.getMessage()));
      return ExitCode.FAILED;
    }
    throw failure;
  }
}
