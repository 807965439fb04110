package dev.onceflow.cli.dlq;

import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow dlq purge} and {@code onceflow quarantine purge}. */
@Command(
    name = "purge",
    description = {
      "Gives records up: they are noted as purged, and no later command sends them.",
      "",
      "They stay in the topic until --delete takes them away; Kafka can delete only",
      "from the beginning of a partition, so it deletes up to the first open record.",
      "From a sink's table (--sink) it deletes each row that was dealt with.",
      "--delete without a filter deletes what was dealt with, and gives nothing up."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq purge payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --code unreadable --to 2026-11-01T00:00:00Z --reason 'test data'",
      "  onceflow dlq purge payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --delete --reason 'all of October is redriven'",
      "  onceflow quarantine purge payments-quarantine --profile production \\",
      "      --at 0:17 --reason 'a test of the till'",
      "",
      "Exit codes: 0 done, 2 failed."
    })
final class PurgeCommand extends ChangeCommand {
  @Mixin private FilterOptions filter;

  @Option(names = "--all", description = "All that are open.")
  private boolean all;

  @Option(
      names = "--delete",
      description =
          "Afterwards deletes, for good, what was dealt with in whatever way; in a topic only what "
              + "lies before the first open record of each partition.")
  private boolean delete;

  @Override
  Filter filter() {
    return delete && !all && filter.filter().isEmpty() ? Filter.NONE : filterOrAll(filter, all);
  }

  @Override
  Function<SetAsideRecord, Action> plan(
      SetAsideStore setAside, Targets targets, Operator operator) {
    return record -> new Action.Close(Decision.As.PURGED);
  }

  @Override
  void afterwards(SetAsideStore setAside) {
    if (delete) {
      setAside.deleteDealtWith();
    }
  }
}
