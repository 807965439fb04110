package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * What part of a topic an audit covers: for each partition that the sink has claimed, from the
 * log's start, or where an earlier audit ended, to the fence.
 *
 * @param topic its name
 * @param partitions by number
 */
record Cut(String topic, Map<Integer, Range> partitions) {
  /**
   * One partition's part.
   *
   * @param from the first offset covered
   * @param to the first offset no longer covered: the fence
   * @param logStart where the log begins
   */
  record Range(long from, long to, long logStart, long epoch, int generation) {}

  /**
   * Puts fences and logs together.
   *
   * @throws UserException if there is no fence, or it belongs to another incarnation of the topic
   */
  static Cut of(
      String sink,
      String topic,
      Map<Integer, Snapshot.FenceRow> fences,
      Map<TopicPartition, Long> logStarts,
      Optional<UUID> topicId,
      Optional<EarlierAudit> earlier) {
    if (fences.isEmpty()) {
      throw new UserException(
          "Sink %s has no fence for topic %s in this database: has it applied anything? --sink names another."
              .formatted(sink, topic));
    }
    Map<Integer, Range> ranges = new TreeMap<>();
    fences.forEach(
        (partition, fence) -> {
          requireSameTopic(topic, partition, fence.topicId(), topicId);
          Long start = logStarts.get(new TopicPartition(topic, partition));
          if (start == null) {
            throw new UserException(
                "Kafka has no partition %s-%d, which has a fence.".formatted(topic, partition));
          }
          ranges.put(
              partition,
              new Range(
                  earlier
                      .map(audit -> covered(topic, partition, audit, start, fence.nextOffset()))
                      .orElse(Math.min(start, fence.nextOffset())),
                  fence.nextOffset(),
                  start,
                  fence.epoch(),
                  fence.generation()));
        });
    return new Cut(topic, ranges);
  }

  /** Where the earlier audit ended; records between that and the log's start nobody has audited. */
  private static long covered(
      String topic, int partition, EarlierAudit earlier, long logStart, long fence) {
    long from = earlier.to().getOrDefault(partition, 0L);
    if (logStart > from) {
      throw new UserException(
          "%s-%d begins at offset %d, and the earlier certificate ends at %d: what lies between has expired and can't be audited any more."
              .formatted(topic, partition, logStart, from));
    }
    if (fence < from) {
      throw new UserException(
          "The fence of %s-%d is %d, and the earlier certificate ends at %d: the fence was set back, or the database is older than the certificate."
              .formatted(topic, partition, fence, from));
    }
    return from;
  }

  private static void requireSameTopic(
      String topic, int partition, Optional<UUID> fenced, Optional<UUID> found) {
    if (fenced.isPresent() && found.isPresent() && !fenced.equals(found)) {
      throw new UserException(
          "Topic %s has ID %s, and the fence of partition %d belongs to %s: it was deleted and made again; see 'onceflow fence accept'."
              .formatted(topic, found.get(), partition, fenced.get()));
    }
  }

  Map<TopicPartition, Long> from() {
    Map<TopicPartition, Long> from = new TreeMap<>(ORDER);
    partitions.forEach((p, range) -> from.put(new TopicPartition(topic, p), range.from));
    return from;
  }

  /** Where the logs begin, but never behind the fence. */
  Map<TopicPartition, Long> logStarts() {
    Map<TopicPartition, Long> starts = new TreeMap<>(ORDER);
    partitions.forEach(
        (p, range) -> starts.put(new TopicPartition(topic, p), Math.min(range.logStart, range.to)));
    return starts;
  }

  Map<TopicPartition, Long> to() {
    Map<TopicPartition, Long> to = new TreeMap<>(ORDER);
    partitions.forEach((p, range) -> to.put(new TopicPartition(topic, p), range.to));
    return to;
  }

  /** Whether the logs still begin where they began at first. */
  boolean isWhole() {
    return partitions.values().stream().allMatch(range -> range.logStart == 0);
  }

  private static final java.util.Comparator<TopicPartition> ORDER =
      java.util.Comparator.comparingInt(TopicPartition::partition);
}
