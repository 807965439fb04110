package dev.onceflow.cli.fence;

import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code onceflow fence delete}. */
@Command(
    name = "delete",
    description = {
      "Takes fences away, of topics and sinks that are no more. If the sink reads such",
      "a partition again, its fence.initial decides where it begins."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence delete --profile production --sink orders-old --topic orders \\",
      "      --all-partitions --reason 'sink was renamed'",
      "",
      "Exit codes: 0 changed; 2 failed, nothing was changed, or it is not known whether:",
      "'onceflow fence list' shows."
    })
final class DeleteFence extends ChangeCommand {
  @Override
  Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log) {
    requireFence(key, row);
    return new Change.Delete();
  }
}
