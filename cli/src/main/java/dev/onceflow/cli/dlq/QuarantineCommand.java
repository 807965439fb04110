package dev.onceflow.cli.dlq;

import dev.onceflow.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow quarantine}. */
@Command(
    name = "quarantine",
    description = "Shows records in quarantine, and decides about them, each once.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      ReleaseCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      PurgeCommand.class,
      LogCommand.class
    },
    footer = {
      "",
      "What was decided about a record, by whom and why, stands in topic",
      "TOPIC-decisions, written in the Kafka transaction of the copy; 'log' lists it.",
      "",
      "Examples:",
      "  onceflow quarantine list payments-quarantine --bootstrap-servers localhost:9092",
      "  onceflow quarantine release payments-quarantine --as duplicate --at 0:17 \\",
      "      --bootstrap-servers localhost:9092 --reason 'sent twice by the till'",
      "",
      "Exit codes: 0 done; 1 records that are meant stay open, or none fits; 2 failed."
    })
public final class QuarantineCommand implements Subcommand {
  @Spec private CommandSpec spec;

  /** For the launcher. */
  public QuarantineCommand() {}

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Give a command: list, show, release, export, import, purge or log.");
  }
}
