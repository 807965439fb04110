package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;

/** What Kafka says of topics, as a reader of committed records sees them. */
final class Logs implements AutoCloseable {
  private static final int ANSWER_TIMEOUT_MS = 20_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
  private static final ListOffsetsOptions UNCOMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  /** One partition's log. */
  record Bounds(UUID topicId, long start, long end) {}

  private final Admin admin;
  private final Object servers;

  Logs(Map<String, Object> settings) {
    Map<String, Object> bounded = new HashMap<>(settings);
    bounded.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    bounded.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS / 2);
    this.servers = bounded.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    try {
      this.admin = Admin.create(bounded);
    } catch (KafkaException e) {
      throw new UserException("Kafka's client can't be made: " + e.getMessage(), e);
    }
  }

  /** All partitions of topics. */
  Map<TopicPartition, Bounds> bounds(Collection<String> topics) {
    Map<TopicPartition, UUID> ids = new TreeMap<>(ORDER);
    for (TopicDescription topic : await(admin.describeTopics(topics).allTopicNames()).values()) {
      Uuid id = topic.topicId();
      topic
          .partitions()
          .forEach(
              p ->
                  ids.put(
                      new TopicPartition(topic.name(), p.partition()),
                      new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits())));
    }
    Map<TopicPartition, Long> starts = offsets(ids.keySet(), OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(ids.keySet(), OffsetSpec.latest());
    Map<TopicPartition, Bounds> bounds = new TreeMap<>(ORDER);
    ids.forEach((p, id) -> bounds.put(p, new Bounds(id, starts.get(p), ends.get(p))));
    return bounds;
  }

  /** The first offsets with that time or a later one; the logs' ends where there is none. */
  Map<TopicPartition, Long> offsets(Map<TopicPartition, Bounds> logs, long timeMs) {
    Map<TopicPartition, Long> found =
        new HashMap<>(offsets(logs.keySet(), OffsetSpec.forTimestamp(timeMs)));
    found.replaceAll(
        (p, offset) -> offset < 0 ? logs.get(p).end() : Math.min(offset, logs.get(p).end()));
    return found;
  }

  /**
   * Where topics end for the brokers, with transactions that aren't decided yet. A transaction's
   * offsets are committed a moment before its records are readable, so who has seen those offsets
   * must wait for readers to come as far as this.
   */
  Map<TopicPartition, Long> heads(Collection<String> topics) {
    return topics.isEmpty()
        ? Map.of()
        : offsets(bounds(topics).keySet(), OffsetSpec.latest(), UNCOMMITTED);
  }

  /** Where a consumer group stands; nothing for partitions where it has committed nothing. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                committed.put(partition, offset.offset());
              }
            });
    return committed;
  }

  /** Sets where a group that nobody is a member of begins. */
  void commit(String group, Collection<TopicPartition> partitions, long offset) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    partitions.forEach(partition -> offsets.put(partition, new OffsetAndMetadata(offset)));
    await(admin.alterConsumerGroupOffsets(group, offsets).all());
  }

  /** A setting of topics, by their names. */
  Map<String, String> setting(Collection<String> topics, String key) {
    List<ConfigResource> asked =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    Map<String, String> values = new HashMap<>();
    await(admin.describeConfigs(asked).all())
        .forEach((topic, config) -> values.put(topic.name(), config.get(key).value()));
    return values;
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which) {
    return offsets(partitions, which, COMMITTED);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which, ListOffsetsOptions options) {
    Map<TopicPartition, ListOffsetsResultInfo> answers =
        await(
            admin
                .listOffsets(
                    partitions.stream().collect(Collectors.toMap(p -> p, p -> which)), options)
                .all());
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answers.forEach((partition, answer) -> offsets.put(partition, answer.offset()));
    return offsets;
  }

  /** Forgets a consumer group, if Kafka lets go of it: nothing depends on it. */
  void forgetGroup(String group) {
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get();
    } catch (ExecutionException e) {
      // Not there, or not to be deleted by this client.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The client, for what changes topics. */
  Admin admin() {
    return admin;
  }

  /** What Kafka answers. */
  <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new UserException(
          "Kafka at %s doesn't tell about its topics: %s."
              .formatted(servers, e.getCause().getMessage()),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** Waits for an answer that may be a refusal which changes nothing. */
  void awaitUnless(KafkaFuture<Void> answer, Class<? extends Exception> refusal) {
    try {
      await(answer);
    } catch (UserException e) {
      if (!refusal.isInstance(e.getCause())) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE_TIMEOUT);
  }
}
