package dev.onceflow.testkit.broker;

import dev.onceflow.testkit.record.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is committed on the brokers, by the job's group and in its topics. One thread at a time.
 *
 * <p>A transaction is decided in one place and becomes visible in each partition a little later. So
 * whoever asks whether a job is done must see its offsets at the ends of its inputs and no
 * transaction open in any of its topics: then all that the job wrote can be read.
 */
final class CommittedLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long ANSWER_TIMEOUT_MS = 30_000;

  private final String group;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> reader;

  CommittedLog(String bootstrapServers, String group) {
    this.group = group;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.reader =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /**
   * Whether the group has read and committed all that its topics hold.
   *
   * @param sources the topics that it reads
   * @param written the topics that it writes
   */
  boolean isDone(Set<String> sources, Set<String> written) {
    // First: what is committed after the ends were asked for may have been written after them, too.
    Map<TopicPartition, Long> committed = committedOffsets();
    List<TopicPartition> read = partitions(sources);
    List<TopicPartition> all = new ArrayList<>(partitions(written));
    all.addAll(read);
    Map<TopicPartition, Long> stable = ends(all, IsolationLevel.READ_COMMITTED);
    if (!stable.equals(ends(all, IsolationLevel.READ_UNCOMMITTED))) {
      return false;
    }
    for (TopicPartition partition : read) {
      long next = committed.getOrDefault(partition, 0L);
      // What lies between may be markers and aborted records alone, which no commit passes.
      if (!records(partition, next, stable.get(partition)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether something was written to one of these that nobody may read yet. */
  boolean isInTransaction(List<TopicPartition> partitions) {
    return !ends(partitions, IsolationLevel.READ_COMMITTED)
        .equals(ends(partitions, IsolationLevel.READ_UNCOMMITTED));
  }

  /** All committed records of a topic, partition by partition. */
  List<Message<byte[], byte[]>> records(String topic) {
    List<Message<byte[], byte[]>> all = new ArrayList<>();
    List<TopicPartition> partitions = partitions(Set.of(topic));
    ends(partitions, IsolationLevel.READ_COMMITTED)
        .forEach((partition, end) -> all.addAll(records(partition, 0, end)));
    return all;
  }

  private List<Message<byte[], byte[]>> records(TopicPartition partition, long from, long end) {
    List<Message<byte[], byte[]>> records = new ArrayList<>();
    reader.assign(List.of(partition));
    reader.seek(partition, from);
    while (reader.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        records.add(
            new Message<>(
                record.key(),
                record.value(),
                record.headers(),
                Instant.ofEpochMilli(record.timestamp())));
      }
    }
    return records;
  }

  private Map<TopicPartition, Long> committedOffsets() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.put(partition, offset.offset());
              }
            });
    return offsets;
  }

  /** The partitions of those of these topics that are there. */
  // Of internal topics a topology knows the name without the group before it.
  List<TopicPartition> partitions(Set<String> names) {
    Set<String> there = answer(admin.listTopics().names());
    Set<String> topics =
        names.stream()
            .map(name -> there.contains(name) ? name : group + "-" + name)
            .filter(there::contains)
            .collect(Collectors.toSet());
    return answer(admin.describeTopics(topics).allTopicNames()).values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
        .sorted(
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition))
        .toList();
  }

  private Map<TopicPartition, Long> ends(
      Collection<TopicPartition> partitions, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream()
            .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest(), (a, b) -> a));
    Map<TopicPartition, Long> ends = new HashMap<>();
    answer(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker refused: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "The broker didn't answer within %d ms".formatted(ANSWER_TIMEOUT_MS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the broker", e);
    }
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
