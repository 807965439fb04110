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
    mixinStandardHelpOptions = true)
final class DeleteFence extends ChangeCommand {
  @Override
  Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log) {
    requireFence(key, row);
    return new Change.Delete();
  }
}
