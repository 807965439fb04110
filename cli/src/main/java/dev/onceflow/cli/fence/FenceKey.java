package dev.onceflow.cli.fence;

import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;

/**
 * Which fence.
 *
 * @param run empty for live work, else a replay's name
 */
record FenceKey(String sink, String run, String topic, int partition) {
  /** The order in which the sink locks fences, too, so that nobody deadlocks. */
  static final Comparator<FenceKey> LOCK_ORDER =
      Comparator.comparing(FenceKey::sink)
          .thenComparing(FenceKey::run)
          .thenComparing(FenceKey::topic)
          .thenComparingInt(FenceKey::partition);

  /** The partition that it is of; its text is {@code topic-partition}. */
  TopicPartition inKafka() {
    return new TopicPartition(topic, partition);
  }

  @Override
  public String toString() {
    return "%s of sink %s%s".formatted(inKafka(), sink, run.isEmpty() ? "" : " in run " + run);
  }
}
