package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Option;

/** Which records: of the connector's topics, or of a job's inputs. */
final class RangeOptions {
  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Of which topic; may be given several times. Default: of all that are read.")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--partition",
      paramLabel = "P",
      description = "Which partition; may be given several times. Default: all.")
  private List<Integer> partitions = new ArrayList<>();

  @Option(names = "--all", description = "Everything that the log holds.")
  private boolean all;

  @Option(names = "--from-offset", paramLabel = "N", description = "The first offset.")
  private Long fromOffset;

  @Option(
      names = "--to-offset",
      paramLabel = "N",
      description =
          "The first offset that is left alone. Default, and at most: where live work stands.")
  private Long toOffset;

  @Option(
      names = "--from-time",
      paramLabel = "INSTANT",
      description = "The first record of that time or later, such as 2026-11-20T08:00:00Z.")
  private Instant fromTime;

  @Option(
      names = "--to-time",
      paramLabel = "INSTANT",
      description = "The first record of that time or later is left alone.")
  private Instant toTime;

  /** The same for the same choice, to know it again when the command is given once more. */
  ObjectNode json(List<String> chosenTopics) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    chosenTopics.forEach(json.putArray("topics")::add);
    new TreeSet<>(partitions).forEach(json.putArray("partitions")::add);
    put(json, "from_offset", fromOffset);
    put(json, "to_offset", toOffset);
    put(json, "from_time", fromTime);
    put(json, "to_time", toTime);
    return json;
  }

  private static void put(ObjectNode json, String name, Object value) {
    if (value != null) {
      json.put(name, value.toString());
    }
  }

  /**
   * The topics that are meant.
   *
   * @throws UserException if the connector doesn't read one of them, or nothing says how far
   */
  List<String> topics(LiveSink sink) {
    requireBounds();
    List<String> chosen = chosen(sink.topics());
    if (chosen.isEmpty()) {
      throw new UserException(
          "Connector %s subscribes to topics.regex: name topics with --topic."
              .formatted(sink.connector()));
    }
    for (String topic : chosen) {
      if (sink.tables().stream().noneMatch(table -> table.takes(topic))) {
        throw new UserException(
            "No table of connector %s takes topic %s.".formatted(sink.connector(), topic));
      }
    }
    return chosen;
  }

  /**
   * The inputs of a job that are meant.
   *
   * @throws UserException if the job doesn't read one of them, or nothing says how far
   */
  List<String> inputs(Set<String> known) {
    requireBounds();
    List<String> chosen = chosen(known);
    for (String topic : chosen) {
      if (!known.contains(topic)) {
        throw new UserException(
            "Topic %s is no input of the job: it reads %s.".formatted(topic, known));
      }
    }
    return chosen;
  }

  /** Whether nothing of these topics is left out. */
  boolean isWhole(Collection<String> known) {
    return all && partitions.isEmpty() && (topics.isEmpty() || topics.containsAll(known));
  }

  /**
   * Whatever the topics may be, something says how far.
   *
   * @throws UserException if nothing does, or too much
   */
  void requireBounds() {
    boolean isBounded =
        fromOffset != null || toOffset != null || fromTime != null || toTime != null;
    if (all == isBounded) {
      throw new UserException(
          all
              ? "--all stands beside a bound: give one of them."
              : "Say which records: --all, or --from-offset, --to-offset, --from-time, --to-time.");
    }
    if ((fromOffset != null && fromTime != null) || (toOffset != null && toTime != null)) {
      throw new UserException("An offset and a time stand for one bound: give one of them.");
    }
  }

  private List<String> chosen(Collection<String> known) {
    Collection<String> chosen = topics.isEmpty() ? known : topics;
    if ((fromOffset != null || toOffset != null) && chosen.stream().distinct().count() > 1) {
      throw new UserException(
          "Offsets mean other records in each topic: name one with --topic, or give times.");
    }
    return chosen.stream().distinct().sorted().toList();
  }

  /**
   * What is read of each partition; where nothing lies in the range, an empty one.
   *
   * @throws UserException if the log doesn't hold what was asked for
   */
  List<Range> resolve(List<String> chosenTopics, Logs logs) {
    Map<TopicPartition, Logs.Bounds> bounds = logs.bounds(chosenTopics);
    for (int partition : partitions) {
      if (bounds.keySet().stream().noneMatch(known -> known.partition() == partition)) {
        throw new UserException(
            "No topic of %s has partition %d.".formatted(chosenTopics, partition));
      }
    }
    bounds.keySet().removeIf(p -> !partitions.isEmpty() && !partitions.contains(p.partition()));
    Map<TopicPartition, Long> starts =
        fromTime == null ? Map.of() : logs.offsets(bounds, fromTime.toEpochMilli());
    Map<TopicPartition, Long> ends =
        toTime == null ? Map.of() : logs.offsets(bounds, toTime.toEpochMilli());
    List<Range> ranges = new ArrayList<>();
    bounds.forEach(
        (partition, log) ->
            ranges.add(
                new Range(
                    partition,
                    log.topicId(),
                    log.start(),
                    start(partition, log, starts),
                    end(partition, log, ends))));
    return ranges;
  }

  private long start(TopicPartition partition, Logs.Bounds log, Map<TopicPartition, Long> starts) {
    if (fromOffset != null && fromOffset < log.start()) {
      throw new UserException(
          "--from-offset is %d, but the log of %s begins at %d: what lies before it has expired. Give a later one."
              .formatted(fromOffset, partition, log.start()));
    }
    return fromOffset == null
        ? starts.getOrDefault(partition, log.start())
        : Math.min(fromOffset, log.end());
  }

  private long end(TopicPartition partition, Logs.Bounds log, Map<TopicPartition, Long> ends) {
    if (toOffset != null && toOffset > log.end()) {
      throw new UserException(
          "--to-offset is %d, but the log of %s ends at %d: a replay ends where the log ends now."
              .formatted(toOffset, partition, log.end()));
    }
    return toOffset == null ? ends.getOrDefault(partition, log.end()) : toOffset;
  }
}
