package dev.onceflow.cli.audit.read;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic as a reader of committed records sees it: from its beginning up to a cut, without aborted
 * records and transaction markers, without joining a group. Opens a consumer for each read, so it
 * may be used by many threads.
 */
public final class CommittedTopic {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

  private static final int FETCH_BYTES = 4 << 20;

  private final String name;
  private final Map<String, Object> consumerConfig;
  private final IntConsumer progress;

  /**
   * @param name the topic
   * @param clientConfig {@code bootstrap.servers} and whatever else a client needs
   */
  public CommittedTopic(String name, Map<String, ?> clientConfig) {
    this(name, clientConfig, more -> {});
  }

  /**
   * @param name the topic
   * @param clientConfig {@code bootstrap.servers} and whatever else a client needs
   * @param progress told now and then how many more records were read
   */
  public CommittedTopic(String name, Map<String, ?> clientConfig, IntConsumer progress) {
    this.name = name;
    this.progress = progress;
    consumerConfig = new HashMap<>(clientConfig);
    consumerConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumerConfig.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    // Near a cut most partitions have nothing more to give; the broker need not wait for it.
    consumerConfig.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    consumerConfig.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    consumerConfig.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
    consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
  }

  /** The topic's name. */
  public String name() {
    return name;
  }

  /** Where the logs begin now, by partition. */
  public Map<TopicPartition, Long> begin() {
    try (var consumer = consumer()) {
      Set<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      return consumer.beginningOffsets(partitions);
    }
  }

  /** The end of what is committed now (the last stable offset), by partition. */
  public Map<TopicPartition, Long> end() {
    try (var consumer = consumer()) {
      Set<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      return consumer.endOffsets(partitions);
    }
  }

  /**
   * Reads every committed record below {@code cut}.
   *
   * @param cut the first offset not to read, by partition; partitions without one are left out
   * @throws UserException if the log ends before the cut, or nothing arrives for a minute
   */
  public void read(
      Map<TopicPartition, Long> cut,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action) {
    read(Map.of(), cut, action);
  }

  /**
   * Reads every committed record from {@code first} on and below {@code cut}.
   *
   * @param first where to begin, by partition; at the log's start where it isn't given
   * @param cut the first offset not to read, by partition; partitions without one are left out
   * @throws UserException if the log begins after {@code first} or ends before the cut, or nothing
   *     arrives for a minute
   */
  public void read(
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> cut,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action) {
    try (var consumer = consumer()) {
      Map<TopicPartition, Long> open = unread(consumer, first, cut);
      open.entrySet().removeIf(each -> first.getOrDefault(each.getKey(), 0L) >= each.getValue());
      consumer.assign(open.keySet());
      consumer.seekToBeginning(open.keySet());
      first.forEach(
          (partition, offset) -> {
            if (open.containsKey(partition)) {
              consumer.seek(partition, offset);
            }
          });
      long progressNs = System.nanoTime();
      while (!open.isEmpty()) {
        var records = consumer.poll(POLL);
        for (var record : records) {
          Long until = open.get(new TopicPartition(record.topic(), record.partition()));
          if (until != null && record.offset() < until) {
            action.accept(record);
          }
        }
        progress.accept(records.count());
        if (open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue())) {
          consumer.assign(open.keySet());
          progressNs = System.nanoTime();
        }
        if (!records.isEmpty()) {
          progressNs = System.nanoTime();
        } else if (System.nanoTime() - progressNs > STALLED_AFTER.toNanos()) {
          throw new UserException(
              "Topic %s gave nothing for %d s, though %s is still to be read: is a transaction hanging?"
                  .formatted(name, STALLED_AFTER.toSeconds(), open));
        }
      }
    } catch (OffsetOutOfRangeException e) {
      throw expired(e.offsetOutOfRangePartitions().keySet(), e);
    }
  }

  private UserException expired(Set<TopicPartition> partitions, OffsetOutOfRangeException cause) {
    return new UserException(
        "Topic %s no longer holds the first records of %s that were to be read: they expired meanwhile"
            .formatted(name, partitions),
        cause);
  }

  /**
   * Whether no committed record stands at or above {@code offsets}. Only reading can tell: the
   * offsets up to the end may all belong to transaction markers and aborted records.
   */
  public boolean isReadUpTo(Map<TopicPartition, Long> offsets) {
    try (var consumer = consumer()) {
      Set<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      Map<TopicPartition, Long> open = unread(consumer, Map.of(), consumer.endOffsets(partitions));
      consumer.assign(open.keySet());
      consumer.seekToBeginning(open.keySet());
      offsets.forEach(
          (partition, offset) -> {
            if (open.containsKey(partition)) {
              consumer.seek(partition, offset);
            }
          });
      long deadlineNs = System.nanoTime() + STALLED_AFTER.toNanos();
      while (true) {
        open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue());
        if (open.isEmpty()) {
          return true;
        }
        if (!consumer.poll(POLL).isEmpty() || System.nanoTime() > deadlineNs) {
          return false;
        }
      }
    }
  }

  private Map<TopicPartition, Long> unread(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> cut) {
    Set<TopicPartition> partitions = partitions(consumer);
    // Assigned before it is asked: the client warns about ends of partitions that it doesn't read.
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> unread = new HashMap<>();
    cut.forEach(
        (partition, until) -> {
          if (until > ends.getOrDefault(partition, 0L)) {
            throw new UserException(
                "%s ends at offset %s, but is to be read up to %d: it was truncated or created again"
                    .formatted(partition, ends.get(partition), until));
          }
          long begin = begins.get(partition);
          if (first.getOrDefault(partition, begin) < Math.min(begin, until)) {
            // Passed over in silence, their rows would look as if no record had made them.
            throw expired(Set.of(partition), null);
          }
          if (until > begin) {
            unread.put(partition, until);
          }
        });
    return unread;
  }

  private Set<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.partitionsFor(name);
    return Optional.ofNullable(found).stream()
        .flatMap(List::stream)
        .map(partition -> new TopicPartition(name, partition.partition()))
        .collect(Collectors.toSet());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
