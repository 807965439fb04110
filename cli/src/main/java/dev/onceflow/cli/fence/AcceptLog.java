package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.KafkaOptions;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow fence accept}. */
@Command(
    name = "accept",
    description = {
      "Takes the topic as it is now, where the sink has stopped because it isn't the",
      "one that was applied: made again, cut off, or expired before it was read.",
      "Needs Kafka, which alone can say what the topic is now, and says what is skipped."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence accept --profile production --sink orders --topic orders \\",
      "      --all-partitions --reason 'topic made again after the test'",
      "",
      "Exit codes: 0 changed; 2 failed, nothing was changed, or it is not known whether:",
      "'onceflow fence list' shows."
    })
final class AcceptLog extends ChangeCommand {
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--offset",
      paramLabel = "N",
      converter = OffsetConverter.class,
      description = {
        "The next offset to apply: a number, earliest or latest. Default: the earliest,",
        "where the log doesn't hold the fence's offset; nothing that is there is left out."
      })
  private Optional<OffsetChoice> offset;

  @Override
  Optional<KafkaLogs> kafka() {
    return Optional.of(KafkaLogs.open(kafka.required()));
  }

  @Override
  Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log) {
    LogBounds bounds = log.orElseThrow();
    if (offset.isEmpty() && Standing.of(row, log) == Standing.AGREES) {
      throw new UserException(
          "The log of %s holds offset %d, where the fence is, and the topic's ID is the same. If the last record is another one nevertheless, say where to go on: --offset %d to stay, --offset earliest to apply all that is there."
              .formatted(key, row.orElseThrow().nextOffset(), row.orElseThrow().nextOffset()));
    }
    OffsetChoice choice = offset.orElse(OffsetChoice.End.EARLIEST);
    return new Change.MoveTo(choice.in(key, log), Optional.of(bounds.topicId()));
  }
}
