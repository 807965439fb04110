package dev.onceflow.sink.fence;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Where a partition without a fence row begins: {@code fence.initial}. */
public sealed interface InitialOffset {
  /** What {@link #parse} understands, for messages. */
  String EXPECTED = "expected earliest, latest, group, or offsets: TOPIC:PARTITION=OFFSET,...";

  /** The policies without parameters. */
  enum Policy implements InitialOffset {
    /** Earliest, but only where the consumer group has no commits. */
    NOT_GIVEN,
    /** The first offset that is there. */
    EARLIEST,
    /** Only what comes from now on. */
    LATEST,
    /** Where another sink with the same consumer group has stopped. */
    GROUP
  }

  /** Offsets by hand. */
  record Explicit(Map<TopicPartition, Long> offsets) implements InitialOffset {
    /** Copies its map. */
    public Explicit {
      offsets = Map.copyOf(offsets);
    }
  }

  /** Whether only Kafka can say what it means. */
  default boolean needsTopicLog() {
    return this != Policy.EARLIEST && !(this instanceof Explicit);
  }

  /** Reads what the configuration says; empty where it isn't {@link #EXPECTED}. */
  static Optional<InitialOffset> parse(String text) {
    return switch (text) {
      case "earliest" -> Optional.of(Policy.EARLIEST);
      case "latest" -> Optional.of(Policy.LATEST);
      case "group" -> Optional.of(Policy.GROUP);
      default -> offsets(text).map(Explicit::new);
    };
  }

  /** Reads {@code TOPIC:PARTITION=OFFSET,...}; empty where it isn't that. */
  static Optional<Map<TopicPartition, Long>> offsets(String text) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (String item : text.split(",", -1)) {
      int colon = item.lastIndexOf(':');
      int equals = item.indexOf('=', colon + 1);
      if (colon < 1 || equals < 0) {
        return Optional.empty();
      }
      try {
        offsets.put(
            new TopicPartition(
                item.substring(0, colon).trim(),
                Integer.parseInt(item.substring(colon + 1, equals).trim())),
            Long.parseUnsignedLong(item.substring(equals + 1).trim()));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.of(offsets);
  }
}
