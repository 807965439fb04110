package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** What {@code --offset} says. */
sealed interface OffsetChoice {
  /** What only Kafka can say. */
  enum End implements OffsetChoice {
    /** The first offset that is there. */
    EARLIEST,
    /** Behind the last committed record. */
    LATEST
  }

  /** By hand. */
  record Exactly(long offset) implements OffsetChoice {}

  /** Reads it, for picocli. */
  static OffsetChoice parse(String text) {
    return switch (text) {
      case "earliest" -> End.EARLIEST;
      case "latest" -> End.LATEST;
      default -> new Exactly(number(text));
    };
  }

  private static long number(String text) {
    try {
      long offset = Long.parseLong(text);
      if (offset >= 0) {
        return offset;
      }
    } catch (NumberFormatException e) {
      // Said below, for both.
    }
    throw new TypeConversionException(
        "'%s' is no offset: give a number from 0 on, earliest or latest".formatted(text));
  }

  /**
   * The offset that it means.
   *
   * @param log empty where Kafka isn't asked
   * @throws UserException if the log doesn't have it
   */
  default long in(FenceKey key, Optional<LogBounds> log) {
    if (this instanceof Exactly given) {
      if (log.isPresent() && !log.get().contains(given.offset())) {
        throw new UserException(
            "Offset %d lies outside of the log of %s, which reaches from %d to %d: give one in it."
                .formatted(
                    given.offset(), key.inKafka(), log.get().startOffset(), log.get().endOffset()));
      }
      return given.offset();
    }
    LogBounds bounds =
        log.orElseThrow(
            () ->
                new UserException(
                    "Only Kafka knows the earliest and the latest offset: give --bootstrap-servers, or a number."));
    return this == End.EARLIEST ? bounds.startOffset() : bounds.endOffset();
  }
}
