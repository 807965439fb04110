package dev.onceflow.streams.preflight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the job can go on where it stopped. Streams goes on at the log's start where what follows
 * the committed offset was deleted meanwhile, with a line in the log at most.
 */
final class PositionRule {
  private static final Finding.Rule POSITION =
      new Finding.Rule(
          "input.position",
          "committed offsets that are still in the input",
          "what was deleted before it was read takes no effect, and nothing else says so");

  private final String applicationId;
  private final TopologyShape shape;
  private final TopicsSeen topics;
  private final Brokers brokers;

  PositionRule(String applicationId, TopologyShape shape, TopicsSeen topics, Brokers brokers) {
    this.applicationId = applicationId;
    this.shape = shape;
    this.topics = topics;
    this.brokers = brokers;
  }

  Finding check() {
    return brokers.committed(applicationId).judge(POSITION, this::position);
  }

  private Finding position(Map<TopicPartition, Long> all) {
    Map<TopicPartition, Long> committed =
        new TreeMap<>(
            Comparator.comparing(TopicPartition::topic)
                .thenComparingInt(TopicPartition::partition));
    Set<String> hidden = new HashSet<>();
    all.forEach(
        (partition, offset) -> {
          String topic = partition.topic();
          if (!shape.sources().containsKey(topic)) {
            // A repartition topic: Streams itself deletes there what is committed.
            return;
          }
          if (isThere(partition)) {
            committed.put(partition, offset);
          } else if (topics.hidden().contains(topic)) {
            hidden.add(topic);
          }
        });
    if (!hidden.isEmpty()) {
      return POSITION.notVisible("no right to describe " + String.join(", ", hidden));
    }
    return committed.isEmpty()
        ? POSITION.held("nothing is committed yet")
        : brokers.begins(committed.keySet()).judge(POSITION, begins -> between(committed, begins));
  }

  private boolean isThere(TopicPartition partition) {
    return topics.there().containsKey(partition.topic())
        && partition.partition() < topics.there().get(partition.topic()).partitions().size();
  }

  private static Finding between(
      Map<TopicPartition, Long> committed, Map<TopicPartition, Long> begins) {
    List<String> lost = new ArrayList<>();
    committed.forEach(
        (partition, offset) -> {
          long begin = begins.get(partition);
          if (offset < begin) {
            lost.add("offsets %d to %d of %s".formatted(offset, begin - 1, partition));
          }
        });
    return lost.isEmpty()
        ? POSITION.held("%d partitions go on where they stopped".formatted(committed.size()))
        : POSITION.violated(
            String.join(", ", lost) + " were deleted before they were read",
            """
            Have what stood there sent again, with its event IDs, by whoever still has it; and \
            accept this for one start: with its next commits the job is past it.""");
  }
}
