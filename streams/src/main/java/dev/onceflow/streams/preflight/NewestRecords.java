package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where the newest committed records of topics lie. It takes at most {@value #OFFSETS_MAX} offsets
 * of each partition, and ends after {@value #TIME_MAX_MS} ms with what it has seen by then. It has
 * no group and commits nothing.
 *
 * <p>Owned by one thread, and closed by whom opened it.
 */
final class NewestRecords implements AutoCloseable {
  static final long TIME_MAX_MS = 5_000;

  private static final int OFFSETS_MAX = 200;
  private static final Duration POLL_MAX = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final long deadlineNs;

  /**
   * A record, by its place and its key.
   *
   * @param key the record's key, may be null
   */
  // Only read, never compared: an array is fine.
  @SuppressWarnings("ArrayRecordComponent")
  record Placed(TopicPartition partition, long offset, byte[] key) {
    @Override
    public String toString() {
      return partition + " at offset " + offset;
    }
  }

  private NewestRecords(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
    this.deadlineNs = System.nanoTime() + Duration.ofMillis(TIME_MAX_MS).toNanos();
  }

  /** Opens a reader with what the job's own consumers have; the time begins to count. */
  static NewestRecords open(JobConfig config) {
    // Those of a restore consumer: the job's consumer without a group.
    Map<String, Object> settings =
        new HashMap<>(config.streams().getRestoreConsumerConfigs(config.applicationId()));
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-preflight");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // A log may be cut off between the question where it begins and the first read.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new NewestRecords(
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /** The newest committed records of these partitions, or why they can't be read. */
  Seen<List<Placed>> of(Collection<TopicPartition> partitions) {
    try {
      return new Seen.Visible<>(read(partitions));
    } catch (InterruptException e) {
      // The client has set the thread's mark again.
      throw new JobException("Interrupted during the checks before the start.", e);
    } catch (KafkaException e) {
      return new Seen.Hidden<>("the newest records can't be read: " + e.getMessage());
    }
  }

  private List<Placed> read(Collection<TopicPartition> partitions) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, left());
    // Read committed, so not past a transaction that is open.
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, left());
    Set<TopicPartition> unread = new HashSet<>();
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, Math.max(begins.get(partition), ends.get(partition) - OFFSETS_MAX));
      if (begins.get(partition) < ends.get(partition)) {
        unread.add(partition);
      } else {
        consumer.pause(List.of(partition));
      }
    }
    List<Placed> seen = new ArrayList<>();
    while (!unread.isEmpty() && !left().isZero()) {
      Duration wait = left().compareTo(POLL_MAX) < 0 ? left() : POLL_MAX;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.get(partition)) {
          seen.add(new Placed(partition, record.offset(), record.key()));
        }
      }
      for (TopicPartition partition : List.copyOf(unread)) {
        if (consumer.position(partition, left()) >= ends.get(partition)) {
          unread.remove(partition);
          consumer.pause(List.of(partition));
        }
      }
    }
    return seen;
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(POLL_MAX));
  }
}
