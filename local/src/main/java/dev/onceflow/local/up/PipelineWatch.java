package dev.onceflow.local.up;

import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Follows the pipeline from outside, by what is committed: the job's counts of verdicts, the sink's
 * fence, and the ends of the topics. One thread at a time.
 */
final class PipelineWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration FOLLOW_LIMIT = Duration.ofSeconds(5);

  /** Above this many offsets nobody needs to read to know that there is more to come. */
  private static final long NEARLY_DONE = 100;

  private static final String FENCE_QUERY =
      "SELECT topic, partition, next_offset FROM onceflow.fence WHERE run = ''";
  private static final String POSTINGS_QUERY =
      "SELECT coalesce(sum(entries), 0) FROM merchant_daily_totals";

  private final Map<String, Object> clientConfig;
  private final String applicationId;
  private final String jdbcUrl;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> verdictsConsumer;
  private final Deserializer<VerdictCounts> verdictsDeserializer;
  private final Map<Integer, VerdictCounts> verdicts = new HashMap<>();
  private final String verdictsTopic;
  private Connection connection;

  /**
   * How far the pipeline has come.
   *
   * @param postings postings that the database's totals have
   * @param jobLag records of {@code payments} that the job has yet to read
   * @param sinkLag offsets of the output topics that the sink has yet to pass
   */
  record Progress(
      long read,
      long applied,
      long rejected,
      long duplicate,
      long quarantined,
      long dlq,
      long postings,
      long jobLag,
      long sinkLag) {}

  PipelineWatch(
      Map<String, ?> clientConfig, String applicationId, String verdictsTopic, String jdbcUrl) {
    this.clientConfig = Map.copyOf(clientConfig);
    this.applicationId = applicationId;
    this.verdictsTopic = verdictsTopic;
    this.jdbcUrl = jdbcUrl;
    admin = Admin.create(this.clientConfig);
    Map<String, Object> consumerConfig = new HashMap<>(clientConfig);
    consumerConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    verdictsConsumer =
        new KafkaConsumer<>(
            consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    verdictsDeserializer = new AvroSerdes(clientConfig).deserializer(VerdictCounts.class);
  }

  /** How far it has come now. */
  Progress progress() throws InterruptedException {
    followVerdicts();
    Map<TopicPartition, Long> fence = new HashMap<>();
    long postings = queryDatabase(fence);
    long jobLag = lag(ends(List.of(Topics.PAYMENTS)), nextOffsets());
    long sinkLag = lag(ends(List.of(Topics.LEDGER_ENTRIES, Topics.ACCOUNT_BALANCES)), fence);
    return new Progress(
        sum(VerdictCounts::getRead),
        sum(VerdictCounts::getApplied),
        sum(VerdictCounts::getRejected),
        sum(VerdictCounts::getDuplicate),
        sum(VerdictCounts::getQuarantined),
        sum(VerdictCounts::getDlq),
        postings,
        jobLag,
        sinkLag);
  }

  /** True if every committed record has gone the whole way: through the job and into the tables. */
  boolean isDrained() throws InterruptedException {
    if (!isJobDrained()) {
      return false;
    }
    Map<TopicPartition, Long> fence = new HashMap<>();
    queryDatabase(fence);
    return isReadUpTo(Topics.LEDGER_ENTRIES, fence) && isReadUpTo(Topics.ACCOUNT_BALANCES, fence);
  }

  /** True if the job has read and committed every record of its inputs. */
  boolean isJobDrained() throws InterruptedException {
    // In the order of a record's path: what is drained first can't fill what is checked after it.
    return isReadUpTo(Topics.PAYMENTS, groupOffsets())
        && isReadUpTo(Topics.LEDGER_ENTRIES, groupOffsets());
  }

  private boolean isReadUpTo(Topic topic, Map<TopicPartition, Long> offsets)
      throws InterruptedException {
    if (lag(ends(List.of(topic)), offsets) > NEARLY_DONE) {
      return false;
    }
    Map<TopicPartition, Long> ofTopic = new HashMap<>(offsets);
    ofTopic.keySet().removeIf(partition -> !partition.topic().equals(topic.name()));
    return new CommittedTopic(topic.name(), clientConfig).isReadUpTo(ofTopic);
  }

  private void followVerdicts() {
    if (verdictsConsumer.assignment().isEmpty()) {
      List<TopicPartition> partitions =
          verdictsConsumer.listTopics().getOrDefault(verdictsTopic, List.of()).stream()
              .map(partition -> new TopicPartition(verdictsTopic, partition.partition()))
              .toList();
      if (partitions.isEmpty()) {
        return;
      }
      verdictsConsumer.assign(partitions);
    }
    Map<TopicPartition, Long> ends = verdictsConsumer.endOffsets(verdictsConsumer.assignment());
    long deadlineNs = System.nanoTime() + FOLLOW_LIMIT.toNanos();
    while (ends.entrySet().stream()
            .anyMatch(end -> verdictsConsumer.position(end.getKey()) < end.getValue())
        && System.nanoTime() < deadlineNs) {
      for (var record : verdictsConsumer.poll(POLL)) {
        verdicts.put(
            record.partition(), verdictsDeserializer.deserialize(verdictsTopic, record.value()));
      }
    }
  }

  private Map<TopicPartition, Long> nextOffsets() {
    Map<TopicPartition, Long> next = new HashMap<>();
    verdicts.forEach(
        (partition, counts) ->
            next.put(
                new TopicPartition(Topics.PAYMENTS.name(), partition), counts.getNextOffset()));
    return next;
  }

  private long sum(ToLongFunction<VerdictCounts> count) {
    return verdicts.values().stream().mapToLong(count).sum();
  }

  private static long lag(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> positions) {
    long lag = 0;
    for (var end : ends.entrySet()) {
      lag += Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), 0L));
    }
    return lag;
  }

  private Map<TopicPartition, Long> ends(List<Topic> topics) throws InterruptedException {
    try {
      Map<String, TopicDescription> described =
          admin.describeTopics(topics.stream().map(Topic::name).toList()).allTopicNames().get();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      described.forEach(
          (name, topic) ->
              topic
                  .partitions()
                  .forEach(
                      each ->
                          latest.put(
                              new TopicPartition(name, each.partition()), OffsetSpec.latest())));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker can't say where its topics end", e.getCause());
    }
  }

  private Map<TopicPartition, Long> groupOffsets() throws InterruptedException {
    try {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      admin
          .listConsumerGroupOffsets(applicationId)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, committed) -> {
                if (committed != null) {
                  offsets.put(partition, committed.offset());
                }
              });
      return offsets;
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker can't say what the job committed", e.getCause());
    }
  }

  /**
   * Fills in the fence and answers how many postings the totals have; 0 while there is no answer.
   */
  private long queryDatabase(Map<TopicPartition, Long> fence) {
    try {
      if (connection == null || !connection.isValid(1)) {
        connection = DriverManager.getConnection(jdbcUrl, new Properties());
      }
      try (Statement statement = connection.createStatement()) {
        try (ResultSet rows = statement.executeQuery(FENCE_QUERY)) {
          while (rows.next()) {
            fence.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
          }
        }
        try (ResultSet sum = statement.executeQuery(POSTINGS_QUERY)) {
          return sum.next() ? sum.getLong(1) : 0;
        }
      }
    } catch (SQLException notYet) {
      // The sink makes its tables when it claims its first partition, and the database may be away
      // for a moment: progress is then not known, which is not progress.
      return 0;
    }
  }

  @Override
  public void close() {
    verdictsConsumer.close();
    admin.close();
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException ignored) {
        // The server is going away with us.
      }
    }
  }
}
