package dev.onceflow.cli.fence;

import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code onceflow fence release}. */
@Command(
    name = "release",
    description = {
      "Fences out whoever has claimed the partitions: nothing that was begun before",
      "can be committed afterwards. Offsets stay."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ReleaseFence extends ChangeCommand {
  @Override
  Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log) {
    requireFence(key, row);
    return new Change.Release();
  }
}
