package dev.onceflow.sink.fence;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Asks Kafka's Admin API, with the client classes of the worker. The client is made when it is
 * first needed. Closed by the task.
 */
public final class AdminTopicLog implements TopicLog {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final long ANSWER_TIMEOUT_MS = 30_000;

  /** Until the brokers look for what is past its retention: every 5 minutes by default. */
  private static final long SWEEP_MS = 3_600_000;

  private final Map<String, Object> settings;
  private final String group;
  private Admin admin;

  /**
   * Connects to nothing yet.
   *
   * @param settings of the Admin client
   * @param group the connector's consumer group
   */
  public AdminTopicLog(Map<String, Object> settings, String group) {
    this.settings = Map.copyOf(settings);
    this.group = group;
  }

  private synchronized Admin admin() {
    if (admin == null) {
      admin = Admin.create(settings);
    }
    return admin;
  }

  @Override
  public Map<TopicPartition, LogState> describe(Collection<TopicPartition> partitions) {
    List<String> topics = partitions.stream().map(TopicPartition::topic).distinct().toList();
    KafkaFuture<Map<String, TopicDescription>> described =
        admin().describeTopics(topics).allTopicNames();
    Future<Map<TopicPartition, Long>> starts = startOffsets(partitions);
    Future<Map<TopicPartition, Long>> ends = offsets(partitions, OffsetSpec.latest());
    Map<TopicPartition, OffsetAndMetadata> commits = commits();
    Map<TopicPartition, LogState> states = new HashMap<>();
    for (TopicPartition partition : partitions) {
      states.put(
          partition,
          new LogState(
              uuid(await(described).get(partition.topic())),
              await(starts).get(partition),
              await(ends).get(partition),
              Optional.ofNullable(commits.get(partition)).map(AdminTopicLog::groupOffset)));
    }
    return states;
  }

  private static UUID uuid(TopicDescription topic) {
    return new UUID(
        topic.topicId().getMostSignificantBits(), topic.topicId().getLeastSignificantBits());
  }

  private static LogState.GroupOffset groupOffset(OffsetAndMetadata commit) {
    return new LogState.GroupOffset(
        commit.offset(), commit.metadata().startsWith(LogState.GroupOffset.OURS));
  }

  private Map<TopicPartition, OffsetAndMetadata> commits() {
    try {
      return answer(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw failure(e.getCause());
    }
  }

  @Override
  public Future<Map<TopicPartition, Long>> startOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest());
  }

  private KafkaFuture<Map<TopicPartition, Long>> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which) {
    return admin()
        .listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)))
        .all()
        .thenApply(AdminTopicLog::offsets);
  }

  private static Map<TopicPartition, Long> offsets(
      Map<TopicPartition, ListOffsetsResultInfo> answers) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answers.forEach((partition, answer) -> offsets.put(partition, answer.offset()));
    return offsets;
  }

  @Override
  public <T> T await(Future<T> answer) {
    try {
      return answer(answer);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static <T> T answer(Future<T> answer) throws ExecutionException {
    try {
      return answer.get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new KafkaTroubleException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("interrupted while asking Kafka for its topics", e);
    }
  }

  private RuntimeException failure(Throwable cause) {
    if (cause instanceof RetriableException) {
      return new KafkaTroubleException(cause);
    }
    if (cause instanceof AuthorizationException) {
      return new ConnectException(
          "the client of kafka.* may not look at what it must see: it needs the ACLs DESCRIBE on the"
              + " topics and on the consumer group "
              + group
              + "; or set topic.identity=unchecked and go without these checks",
          cause);
    }
    return new ConnectException("Kafka doesn't say what its topics hold", cause);
  }

  @Override
  public OptionalLong keptMs(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = await(admin().describeConfigs(List.of(resource)).all()).get(resource);
    boolean isDeleted =
        config
            .get(TopicConfig.CLEANUP_POLICY_CONFIG)
            .value()
            .contains(TopicConfig.CLEANUP_POLICY_DELETE);
    long retentionMs = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
    if (!isDeleted || retentionMs < 0) {
      return OptionalLong.empty();
    }
    long segmentMs = Long.parseLong(config.get(TopicConfig.SEGMENT_MS_CONFIG).value());
    try {
      return OptionalLong.of(Math.addExact(Math.addExact(retentionMs, segmentMs), SWEEP_MS));
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(CLOSE_TIMEOUT);
      admin = null;
    }
  }
}
