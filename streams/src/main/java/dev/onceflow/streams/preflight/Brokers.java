package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * The questions that preflight asks the brokers. An answer that is refused for lack of rights, or
 * not known to the broker, is {@link Seen.Hidden}; brokers that don't answer at all end the checks.
 */
final class Brokers {
  private static final long ANSWER_TIMEOUT_MS = 30_000;

  private final Admin admin;
  private final String addresses;

  /**
   * @param admin a client of them
   * @param addresses where they are, for the commands that findings tell
   */
  Brokers(Admin admin, String addresses) {
    this.admin = admin;
    this.addresses = addresses;
  }

  /** The command that changes settings of a topic. */
  String alterTopic(String name, String settings) {
    return alter("topics", name, settings);
  }

  /** The command that changes settings of a group. */
  String alterGroup(String id, String settings) {
    return alter("groups", id, settings);
  }

  private String alter(String type, String name, String settings) {
    return "'kafka-configs.sh --bootstrap-server %s --alter --entity-type %s --entity-name %s --add-config %s'"
        .formatted(addresses, type, name, settings);
  }

  Seen<Collection<Node>> nodes() {
    return ask(admin.describeCluster().nodes());
  }

  /** The finalised level of a feature; 0 where it isn't finalised. */
  Seen<Integer> feature(String name) {
    return ask(
        admin
            .describeFeatures()
            .featureMetadata()
            .thenApply(
                metadata -> {
                  FinalizedVersionRange range = metadata.finalizedFeatures().get(name);
                  return range == null ? 0 : (int) range.maxVersionLevel();
                }));
  }

  /** The settings of any one broker. */
  Seen<Config> brokerConfig() {
    Seen<Collection<Node>> nodes = nodes();
    if (nodes instanceof Seen.Hidden<Collection<Node>> hidden) {
      return new Seen.Hidden<>(hidden.reason());
    }
    Node any = ((Seen.Visible<Collection<Node>>) nodes).value().iterator().next();
    return config(new ConfigResource(ConfigResource.Type.BROKER, any.idString()));
  }

  Seen<Config> topicConfig(String topic) {
    return config(new ConfigResource(ConfigResource.Type.TOPIC, topic));
  }

  private Seen<Config> config(ConfigResource resource) {
    return ask(admin.describeConfigs(List.of(resource)).values().get(resource));
  }

  /** What a topic is, empty where there is none. */
  Seen<Optional<TopicDescription>> topic(String name) {
    try {
      Seen<TopicDescription> seen =
          ask(admin.describeTopics(List.of(name)).topicNameValues().get(name));
      return seen instanceof Seen.Visible<TopicDescription> visible
          ? new Seen.Visible<>(Optional.of(visible.value()))
          : new Seen.Hidden<>(((Seen.Hidden<TopicDescription>) seen).reason());
    } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
      return new Seen.Visible<>(Optional.empty());
    }
  }

  /** A group with {@code group.protocol=streams}, empty where there is none of that kind. */
  Seen<Optional<StreamsGroupDescription>> streamsGroup(String id) {
    try {
      Seen<StreamsGroupDescription> seen =
          ask(admin.describeStreamsGroups(List.of(id)).describedGroups().get(id));
      return seen instanceof Seen.Visible<StreamsGroupDescription> visible
          ? new Seen.Visible<>(Optional.of(visible.value()))
          : new Seen.Hidden<>(((Seen.Hidden<StreamsGroupDescription>) seen).reason());
    } catch (GroupIdNotFoundException e) {
      return new Seen.Visible<>(Optional.empty());
    }
  }

  /** Where partitions begin. */
  Seen<Map<TopicPartition, Long>> begins(Set<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** Where partitions end for readers of this isolation level. */
  Seen<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions, IsolationLevel level) {
    return offsets(partitions, OffsetSpec.latest(), level);
  }

  private Seen<Map<TopicPartition, Long>> offsets(
      Set<TopicPartition> partitions, OffsetSpec which, IsolationLevel level) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
    return ask(
        admin
            .listOffsets(asked, new ListOffsetsOptions(level))
            .all()
            .thenApply(
                answered -> {
                  Map<TopicPartition, Long> offsets = new HashMap<>();
                  answered.forEach((partition, info) -> offsets.put(partition, info.offset()));
                  return offsets;
                }));
  }

  /** The offsets that a group has committed. */
  Seen<Map<TopicPartition, Long>> committed(String group) {
    return ask(
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .thenApply(
                answered -> {
                  Map<TopicPartition, Long> offsets = new HashMap<>();
                  answered.forEach(
                      (partition, committed) -> {
                        if (committed != null) {
                          offsets.put(partition, committed.offset());
                        }
                      });
                  return offsets;
                }));
  }

  /** The producers that wrote to a partition lately. */
  Seen<List<ProducerState>> producers(TopicPartition partition) {
    return ask(
        admin
            .describeProducers(List.of(partition))
            .partitionResult(partition)
            .thenApply(state -> state.activeProducers()));
  }

  /** The transaction of a producer as its coordinator knows it, empty where it knows none. */
  Seen<Optional<Map.Entry<String, TransactionDescription>>> transaction(long producerId) {
    Seen<Collection<TransactionListing>> listed =
        ask(
            admin
                .listTransactions(
                    new ListTransactionsOptions().filterProducerIds(Set.of(producerId)))
                .all());
    if (listed instanceof Seen.Hidden<Collection<TransactionListing>> hidden) {
      return new Seen.Hidden<>(hidden.reason());
    }
    Optional<TransactionListing> listing =
        ((Seen.Visible<Collection<TransactionListing>>) listed).value().stream().findFirst();
    if (listing.isEmpty()) {
      return new Seen.Visible<>(Optional.empty());
    }
    String id = listing.get().transactionalId();
    Seen<TransactionDescription> described =
        ask(admin.describeTransactions(List.of(id)).description(id));
    return described instanceof Seen.Visible<TransactionDescription> visible
        ? new Seen.Visible<>(Optional.of(Map.entry(id, visible.value())))
        : new Seen.Hidden<>(((Seen.Hidden<TransactionDescription>) described).reason());
  }

  private static <T> Seen<T> ask(KafkaFuture<T> future) {
    try {
      return new Seen.Visible<>(future.get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof AuthorizationException || cause instanceof UnsupportedVersionException) {
        return new Seen.Hidden<>("the brokers don't say: " + cause.getMessage());
      }
      if (cause instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      if (cause instanceof InvalidTopicException invalid) {
        throw invalid;
      }
      if (cause instanceof GroupIdNotFoundException unknown) {
        throw unknown;
      }
      throw new JobException(
          "The brokers don't answer the checks before the start: " + cause.getMessage(), e);
    } catch (TimeoutException e) {
      throw new JobException(
          "The brokers don't answer the checks before the start within %d s; is bootstrap.servers right?"
              .formatted(ANSWER_TIMEOUT_MS / 1_000),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Interrupted during the checks before the start.", e);
    }
  }
}
