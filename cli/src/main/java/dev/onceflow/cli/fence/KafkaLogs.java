package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What Kafka says of topics. Every question is bounded in time. */
final class KafkaLogs implements AutoCloseable {
  private static final int ANSWER_TIMEOUT_MS = 10_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

  private final Admin admin;
  private final Object servers;

  private KafkaLogs(Admin admin, Object servers) {
    this.admin = admin;
    this.servers = servers;
  }

  static KafkaLogs open(Map<String, Object> settings) {
    Map<String, Object> bounded = new HashMap<>(settings);
    bounded.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    bounded.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS / 2);
    Object servers = bounded.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    try {
      return new KafkaLogs(Admin.create(bounded), servers);
    } catch (KafkaException e) {
      throw new UserException(
          "Kafka's client can't be made from these settings: " + rootMessage(e), e);
    }
  }

  /** The logs as they are now; none for partitions that Kafka doesn't have. */
  Map<TopicPartition, LogBounds> describe(Collection<TopicPartition> partitions) {
    Map<TopicPartition, UUID> known = known(partitions);
    var starts = offsets(known.keySet(), OffsetSpec.earliest());
    var ends = offsets(known.keySet(), OffsetSpec.latest());
    Map<TopicPartition, LogBounds> logs = new HashMap<>();
    known.forEach(
        (partition, topicId) ->
            logs.put(
                partition,
                new LogBounds(
                    topicId,
                    await(starts).get(partition).offset(),
                    await(ends).get(partition).offset())));
    return logs;
  }

  // Asked for offsets of a partition that isn't there, the client would wait for it to come.
  private Map<TopicPartition, UUID> known(Collection<TopicPartition> partitions) {
    Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    Map<TopicPartition, UUID> known = new HashMap<>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, answer) -> {
              for (TopicDescription description : descriptions(answer)) {
                description
                    .partitions()
                    .forEach(
                        p ->
                            known.put(
                                new TopicPartition(topic, p.partition()),
                                uuid(description.topicId())));
              }
            });
    known.keySet().retainAll(new HashSet<>(partitions));
    return known;
  }

  private Set<TopicDescription> descriptions(KafkaFuture<TopicDescription> answer) {
    try {
      return Set.of(await(answer));
    } catch (UserException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Set.of();
      }
      throw e;
    }
  }

  private static UUID uuid(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      Set<TopicPartition> partitions, OffsetSpec which) {
    return admin
        .listOffsets(
            partitions.stream().collect(Collectors.toMap(partition -> partition, p -> which)),
            COMMITTED)
        .all();
  }

  private <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof AuthorizationException
          ? new UserException(
              "Kafka at %s refuses: the client needs the ACL DESCRIBE on the topics; give who may with --kafka-config."
                  .formatted(servers),
              cause)
          : new UserException(
              "Kafka at %s doesn't tell about its topics: %s."
                  .formatted(servers, cause.getMessage()),
              cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }

  @Override
  public void close() {
    admin.close(CLOSE_TIMEOUT);
  }
}
