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
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence release --profile production --sink orders --topic orders \\",
      "      --all-partitions --reason 'worker 3 hangs, see INC-17'",
      "",
      "Exit codes: 0 changed; 2 failed, nothing was changed, or it is not known whether:",
      "'onceflow fence list' shows."
    })
final class ReleaseFence extends ChangeCommand {
  @Override
  Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log) {
    requireFence(key, row);
    return new Change.Release();
  }
}
