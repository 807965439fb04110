package dev.onceflow.cli.audit;

import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.audit.certificate.VerifyCommand;
import dev.onceflow.cli.audit.table.TableCommand;
import dev.onceflow.cli.audit.topics.TopicsCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow audit}. */
@Command(
    name = "audit",
    description = {
      "Says whether topics and tables agree, by event ID and content.",
      "",
      "Never by counts alone: a loss and a duplicate cancel in every count. What differs",
      "is named; what the topic no longer holds is said to be out of sight."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {TableCommand.class, TopicsCommand.class, VerifyCommand.class},
    footer = {
      "",
      "Examples:",
      "  onceflow audit table --connector orders-sink.json --certificate orders.json",
      "  onceflow audit topics --bootstrap-servers localhost:9092 \\",
      "      --schema-registry http://localhost:8081 --application-id payments-job",
      "  onceflow audit verify orders.json --public-key audit.pub",
      "",
      "Exit codes: 0 agree (or the signature holds), 1 differ (or it doesn't),",
      "2 could not be checked."
    })
public final class AuditCommand implements Subcommand {
  @Spec private CommandSpec spec;

  /** For the launcher. */
  public AuditCommand() {}

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Give a command: table, topics or verify.");
  }
}
