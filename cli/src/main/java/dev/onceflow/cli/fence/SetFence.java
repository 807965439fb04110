package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.KafkaOptions;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow fence set}. */
@Command(
    name = "set",
    description = {
      "Moves fences to another offset of the same log, or makes them.",
      "Where Kafka is given, the offset is checked against the log."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence set --profile production --sink orders --topic orders \\",
      "      --partition 0 --offset 4711 --reason 'skips what INC-17 is about' --dry-run",
      "",
      "Exit codes: 0 changed; 2 failed, nothing was changed, or it is not known whether:",
      "'onceflow fence list' shows."
    })
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
    return kafka.settings().map(KafkaLogs::open);
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
