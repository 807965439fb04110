package dev.onceflow.cli.dlq;

import dev.onceflow.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow dlq}. */
@Command(
    name = "dlq",
    description = {
      "Shows dead letters, and sends them again, each once.",
      "",
      "Works on what jobs set aside and on the dead letter queues of Kafka Connect",
      "with errors.deadletterqueue.context.headers.enable=true; with --sink on what a",
      "sink keeps in table onceflow.dlq of its database, where TOPIC is the input."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      RedriveCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      PurgeCommand.class,
      LogCommand.class
    },
    footer = {
      "",
      "What was decided about a record, by whom and why, stands in topic",
      "TOPIC-decisions, written in the Kafka transaction of the copy; 'log' lists it.",
      "Of rows in a table it is TOPIC-dlq-table-decisions; their state follows.",
      "",
      "Examples:",
      "  onceflow dlq list payments-dlq --bootstrap-servers localhost:9092",
      "  onceflow dlq redrive payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --code unreadable --reason 'schema 7 is registered now' --dry-run",
      "",
      "Exit codes: 0 done; 1 records that are meant stay open, or none fits; 2 failed."
    })
public final class DlqCommand implements Subcommand {
  @Spec private CommandSpec spec;

  /** For the launcher. */
  public DlqCommand() {}

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Give a command: list, show, redrive, export, import, purge or log.");
  }
}
