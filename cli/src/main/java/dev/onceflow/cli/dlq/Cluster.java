package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka, as this command needs it. Every question is bounded in time. */
final class Cluster implements AutoCloseable {
  /** A replication factor that is the brokers' default. */
  static final short AS_BROKERS_SAY = -1;

  /**
   * How long the input's committed readers may have to wait for a command that was killed in the
   * middle of a Kafka transaction.
   */
  static final int TRANSACTION_TIMEOUT_MS = 30_000;

  private static final int ANSWER_TIMEOUT_MS = 10_000;
  private static final int DELIVERY_TIMEOUT_MS = 20_000;

  /** What a job may set aside, twice: the producer measures before it compresses. */
  private static final int RECORD_BYTES_MAX = 64 << 20;

  private static final long BUFFER_BYTES = 2L * RECORD_BYTES_MAX;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
  private static final ListOffsetsOptions UNCOMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);

  private final Map<String, Object> settings;
  private final Admin admin;

  private Cluster(Map<String, Object> settings, Admin admin) {
    this.settings = settings;
    this.admin = admin;
  }

  static Cluster of(Map<String, Object> settings) {
    Map<String, Object> bounded = only(settings, AdminClientConfig.configNames());
    bounded.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    bounded.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS / 2);
    try {
      return new Cluster(Map.copyOf(settings), Admin.create(bounded));
    } catch (KafkaException e) {
      throw new UserException(
          "Kafka's client can't be made from these settings: " + rootMessage(e), e);
    }
  }

  // The same file configures three kinds of clients; each would warn of what isn't its own.
  private static Map<String, Object> only(Map<String, Object> settings, Set<String> known) {
    Map<String, Object> own = new HashMap<>(settings);
    own.keySet().retainAll(known);
    return own;
  }

  /**
   * A topic.
   *
   * @param name its name
   * @param id the ID of this incarnation, as Kafka writes it
   * @param partitions how many it has
   * @param replication how many replicas its partitions have
   */
  record Topic(String name, String id, int partitions, short replication) {
    List<TopicPartition> all() {
      return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(name, p)).toList();
    }
  }

  /** Empty where there is none of that name. */
  Optional<Topic> topic(String name) {
    return known(() -> await(admin.describeTopics(Set.of(name)).topicNameValues().get(name)))
        .map(
            found ->
                new Topic(
                    name,
                    found.topicId().toString(),
                    found.partitions().size(),
                    (short) found.partitions().get(0).replicas().size()));
  }

  /** Empty where the broker that answers doesn't know the topic. */
  private static <T> Optional<T> known(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (UserException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The topic.
   *
   * @throws UserException if there is none of that name
   */
  Topic existing(String name) {
    return topic(name).orElseThrow(() -> noTopic(name));
  }

  private UserException noTopic(String name) {
    return new UserException("There is no topic %s at %s.".formatted(name, servers()));
  }

  /**
   * A topic that is there, or was made just now.
   *
   * @throws UserException if no broker tells of it within {@value #ANSWER_TIMEOUT_MS} ms
   */
  Topic awaited(String name) {
    return awaited(() -> topic(name)).orElseGet(() -> existing(name));
  }

  // Brokers hear of a new topic one after the other.
  private static <T> Optional<T> awaited(Supplier<Optional<T>> question) {
    long deadlineNs = System.nanoTime() + Duration.ofMillis(ANSWER_TIMEOUT_MS).toNanos();
    Optional<T> found = question.get();
    while (found.isEmpty() && System.nanoTime() < deadlineNs) {
      LockSupport.parkNanos(PAUSE.toNanos());
      found = question.get();
    }
    return found;
  }

  /** Makes a compacted topic with one partition, if it isn't there: only then CREATE is needed. */
  void createCompacted(String name, short replication) {
    if (topic(name).isPresent()) {
      return;
    }
    NewTopic topic =
        new NewTopic(name, 1, replication)
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    try {
      await(admin.createTopics(List.of(topic)).all());
    } catch (UserException e) {
      // Two commands may begin together, and one broker hear of it later than another.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /** What is in force for a topic, whether it was set for it or not. */
  String setting(Topic topic, String name) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    return awaited(() -> known(() -> await(admin.describeConfigs(Set.of(resource)).all())))
        .orElseThrow(() -> noTopic(topic.name()))
        .get(resource)
        .get(name)
        .value();
  }

  /** What is committed of a topic now, by partition: its records up to an end. */
  Map<TopicPartition, Bounds> bounds(Topic topic) {
    var starts = offsets(topic.all(), OffsetSpec.earliest(), COMMITTED);
    var ends = offsets(topic.all(), OffsetSpec.latest(), COMMITTED);
    Map<TopicPartition, Bounds> bounds = new TreeMap<>(TopicReader.IN_ORDER);
    topic
        .all()
        .forEach(
            partition ->
                bounds.put(partition, new Bounds(starts.get(partition), ends.get(partition))));
    return bounds;
  }

  /** Offsets from {@code start} up to, and without, {@code end}. */
  record Bounds(long start, long end) {}

  /** The end of each partition with what is not committed. */
  Map<TopicPartition, Long> uncommittedEnds(Topic topic) {
    return offsets(topic.all(), OffsetSpec.latest(), UNCOMMITTED);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> of, OffsetSpec which, ListOffsetsOptions level) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await(
            admin
                .listOffsets(
                    of.stream().collect(Collectors.toMap(partition -> partition, p -> which)),
                    level)
                .all())
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  /** Deletes what lies before these offsets, for good. */
  void deleteBefore(Map<TopicPartition, Long> offsets) {
    await(
        admin
            .deleteRecords(
                offsets.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            Map.Entry::getKey,
                            each -> RecordsToDelete.beforeOffset(each.getValue()))))
            .all());
  }

  /** A consumer of committed records that belongs to no group. */
  KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> own = only(settings, ConsumerConfig.configNames());
    own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    own.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A producer that fences out every earlier one with this ID once it begins. */
  Producer<byte[], byte[]> producer(String transactionalId) {
    Map<String, Object> own = new HashMap<>();
    own.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    own.putAll(only(settings, ProducerConfig.configNames()));
    own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    own.put(ProducerConfig.ACKS_CONFIG, "all");
    own.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    own.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    own.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    own.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX);
    own.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw explained(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** The same for people. */
  UserException explained(Throwable failure) {
    return failure instanceof AuthorizationException
        ? new UserException(
            "Kafka at %s refuses: %s; give who may with --kafka-config, docs/operations.md has the ACLs."
                .formatted(servers(), failure.getMessage()),
            failure)
        : new UserException(
            "Kafka at %s doesn't do what it was asked: %s."
                .formatted(servers(), rootMessage(failure)),
            failure);
  }

  Object servers() {
    return settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
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
