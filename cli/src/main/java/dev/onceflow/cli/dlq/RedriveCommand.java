package dev.onceflow.cli.dlq;

import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow dlq redrive}. */
@Command(
    name = "redrive",
    description = {
      "Sends records to the input that they came from once more, each once.",
      "",
      "Key, value, own headers and the partition stay, so the event keeps its ID, and",
      "takes effect if what was wrong is mended. A record that fails again comes back",
      "with a higher count, up to --redrives-max. What is sent and that it was sent",
      "are written in one Kafka transaction: killed at any point, the same command",
      "goes on, and no record is sent twice.",
      "",
      "A copy comes behind all that its key got meanwhile. What a sink of Kafka Connect",
      "set aside is sent only with --tables-by-version-or-event-id. Of a row (--sink)",
      "the input's record is sent, not what the table has of it; where the input",
      "doesn't hold it any more it stays open, for 'export' and 'import'.",
      "What is older than the job remembers (--horizon-ms) may come to quarantine."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq redrive payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --code unreadable --reason 'schema 7 is registered now' --dry-run",
      "  onceflow dlq redrive payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --all --rate 500 --reason 'release 2.3 reads them'",
      "  onceflow dlq redrive orders-sink-dlq --profile production --code refused \\",
      "      --tables-by-version-or-event-id --reason 'the account is open again'",
      "  onceflow dlq redrive orders --sink orders-sink --profile production --all \\",
      "      --tables-by-version-or-event-id --reason 'the column is wider now'",
      "",
      "Exit codes: 0 all that is meant was sent, 1 some stay open, 2 failed."
    })
final class RedriveCommand extends ChangeCommand {
  @Mixin private FilterOptions filter;

  @Option(names = "--all", description = "All that are open.")
  private boolean all;

  @Mixin private ResendOptions resend;

  @Override
  Filter filter() {
    return filterOrAll(filter, all);
  }

  @Override
  Horizon horizon() {
    return resend.horizon();
  }

  @Override
  Function<SetAsideRecord, Action> plan(
      SetAsideStore setAside, Targets targets, Operator operator) {
    return resend.resend(targets)::redriven;
  }
}
