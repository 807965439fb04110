package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.dlq.Cluster.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * The committed records of a topic up to an end that is fixed before: what comes meanwhile, such as
 * a redriven record that fails again, is not met. It joins no group, so no rebalance takes a
 * partition away. Records that the log no longer holds (retention, deletion, compaction) are passed
 * over. Used by one thread; closed by whoever made it.
 */
final class TopicReader implements SetAsideStore.OpenSource {
  static final Comparator<TopicPartition> IN_ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

  private final Consumer<byte[], byte[]> consumer;

  /** The end of each partition that isn't read up to it yet. */
  private final Map<TopicPartition, Long> open = new HashMap<>();

  /**
   * @param consumer reads committed records, and is closed with this
   * @param bounds what to read
   */
  TopicReader(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Bounds> bounds) {
    this.consumer = consumer;
    bounds.forEach(
        (partition, each) -> {
          if (each.end() > each.start()) {
            open.put(partition, each.end());
          }
        });
    consumer.assign(open.keySet());
    open.keySet().forEach(partition -> consumer.seek(partition, bounds.get(partition).start()));
  }

  @Override
  public List<ConsumerRecord<byte[], byte[]>> next() {
    long progressNs = System.nanoTime();
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    while (found.isEmpty() && !open.isEmpty()) {
      var records = poll();
      for (var record : records) {
        if (record.offset() < open.get(new TopicPartition(record.topic(), record.partition()))) {
          found.add(record);
        }
      }
      // By the position: the offsets below an end may belong to markers and aborted records.
      if (open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue())) {
        consumer.assign(open.keySet());
        progressNs = System.nanoTime();
      }
      if (records.isEmpty() && System.nanoTime() - progressNs > STALLED_AFTER.toNanos()) {
        throw new UserException(
            "Kafka gave nothing for %d s, though %s is still to be read: is a broker away?"
                .formatted(STALLED_AFTER.toSeconds(), open));
      }
    }
    return found;
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      Map<TopicPartition, Long> starts =
          consumer.beginningOffsets(e.offsetOutOfRangePartitions().keySet());
      e.offsetOutOfRangePartitions().forEach((partition, at) -> skip(partition, at, starts));
      return ConsumerRecords.empty();
    }
  }

  // Retention or a purge went past us: what is gone is passed over. A log that ends below us is
  // another one, whose records must not be taken for those that were decided.
  private void skip(TopicPartition partition, long at, Map<TopicPartition, Long> starts) {
    long start = starts.get(partition);
    if (start <= at) {
      throw new UserException(
          "%s has no offset %d any more, and begins at %d: it was cut off or made again while it was read. Run the command again."
              .formatted(partition, at, start));
    }
    consumer.seek(partition, start);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
