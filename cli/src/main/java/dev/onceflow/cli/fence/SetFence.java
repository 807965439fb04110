package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow fence set}. */
@Command(
    name = "set",
    description = {
      "Moves fences to another offset of the same log, or makes them.",
      "With --bootstrap-servers the offset is checked against the log."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class SetFence extends ChangeCommand {
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--offset",
      required = true,
      paramLabel = "N",
      converter = OffsetConverter.class,
      description = "The next offset to apply: a number, earliest or latest.")
  private OffsetChoice offset;

  @Override
  Optional<KafkaLogs> kafka() {
    return kafka.open();
  }

  @Override
  Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log) {
    if (log.isPresent() && Standing.of(row, log) == Standing.RECREATED) {
      throw new UserException(
          "The topic of %s was deleted and made again: its offsets mean other records now. Take it as it is with 'onceflow fence accept'."
              .formatted(key));
    }
    return new Change.MoveTo(offset.in(key, log), log.map(LogBounds::topicId));
  }
}
