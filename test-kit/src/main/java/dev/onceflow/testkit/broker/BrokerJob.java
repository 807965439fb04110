package dev.onceflow.testkit.broker;

import dev.onceflow.local.job.StreamsJob;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.Jobs;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.registry.LoopbackRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/**
 * A job as {@code onceflow run} in a child process, on a Kafka node of this test alone, with
 * transactions: {@code kill} is SIGKILL, in the middle of a transaction where records are waiting,
 * and what is read is read committed.
 *
 * <p>The job's topics are made as it declares them, but for two things that let a test say when a
 * record arrives: inputs keep the timestamp that the record has, and nothing is deleted for its
 * age.
 */
public final class BrokerJob implements JobUnderTest {
  private static final Duration DONE_LIMIT = Duration.ofMinutes(3);
  private static final long LOOK_AGAIN_MS = 100;
  private static final int LOOKS_BETWEEN = 20;
  private static final long SEND_TIMEOUT_S = 60;

  /**
   * The rules that a node without a second one, in a folder that is deleted, has to break; and the
   * one that a test breaks which sends poison without a key.
   */
  private static final String ACCEPTED =
      "state.dir,topics.settings,input.timestamps,dedupe.horizon,input.placement";

  /** The broker looks for overdue transactions once a second, not every ten. */
  private static final Map<String, String> QUICK_ABORTS =
      Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

  private static final String TRANSACTION_TIMEOUT_MS = "5000";
  private static final String ANY_TIME = Long.toString(Long.MAX_VALUE);

  private final LoopbackRegistry registry;
  private final KafkaServer kafka;
  private final StreamsJob job;
  private final String applicationId;
  private final CommittedLog log;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AvroSerdes avro;
  private final Set<String> sources = new HashSet<>();
  private final Set<String> sinks = new HashSet<>();
  private final List<Future<?>> unacknowledged = new ArrayList<>();
  private Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  private BrokerJob(
      LoopbackRegistry registry,
      KafkaServer kafka,
      StreamsJob job,
      JobConfig config,
      Topology topology) {
    learnTopics(topology);
    this.registry = registry;
    this.kafka = kafka;
    this.job = job;
    this.applicationId = config.applicationId();
    this.avro = new AvroSerdes(config.effective());
    this.log = new CommittedLog(kafka.bootstrapServers(), config.applicationId());
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.ACKS_CONFIG,
                "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Starts a broker and the job; returns when the job processes.
   *
   * @param factory the job; its class must be named in META-INF/services on the class path, where
   *     the child process finds it
   * @param settings its settings; those that name the broker and folders are given already
   * @param partitions how many partitions its topics get
   * @param folder for data and logs, empty
   */
  public static BrokerJob start(
      TopologyFactory factory, Map<String, String> settings, int partitions, Path folder) {
    checkIsFound(factory);
    LoopbackRegistry registry = LoopbackRegistry.start();
    KafkaServer kafka = null;
    try {
      kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY, QUICK_ABORTS);
      kafka.createTopics(factory.topics().stream().map(BrokerJob::asCreated).toList(), partitions);
      Map<String, String> given = new HashMap<>();
      given.put(StreamsConfig.APPLICATION_ID_CONFIG, factory.name() + "-under-test");
      given.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
      given.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state").toString());
      given.put("schema.registry.url", registry.url());
      given.put(JobConfig.PREFLIGHT_ACCEPT, ACCEPTED);
      given.put(
          StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG), ANY_TIME);
      // The broker would keep a killed member's partitions from its successor for that long.
      given.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "3000");
      given.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "500");
      // And what it left in an open transaction.
      given.put(
          StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
          TRANSACTION_TIMEOUT_MS);
      given.putAll(settings);
      JobConfig config = JobConfig.of(given, factory);
      // Before the job: a factory that fails here must not leave a process behind.
      Topology topology = factory.build(config.effective());
      Path file = written(given, folder.resolve("job.properties"));
      JobReadiness ready = new JobReadiness(config);
      StreamsJob job =
          StreamsJob.start(folder.resolve("job"), factory.name(), file, List.of(), ready);
      return new BrokerJob(registry, kafka, job, config, topology);
    } catch (RuntimeException e) {
      if (kafka != null) {
        kafka.close();
      }
      registry.close();
      throw e;
    }
  }

  private static void checkIsFound(TopologyFactory factory) {
    boolean found =
        Jobs.onClassPath()
            .named(factory.name())
            .filter(named -> named.getClass() == factory.getClass())
            .isPresent();
    if (!found) {
      throw new IllegalStateException(
          "The job's process would not find it: name %s in META-INF/services/%s."
              .formatted(factory.getClass().getName(), TopologyFactory.class.getName()));
    }
  }

  private static Topic asCreated(JobTopic topic) {
    Map<String, String> settings = new HashMap<>(topic.settings());
    settings.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    // A test's time may be far ahead, and what the job writes has the time of what it read.
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, ANY_TIME);
    if (topic.role() == JobTopic.Role.INPUT) {
      settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
    }
    return new Topic(topic.name(), "as the test says", settings);
  }

  private static Path written(Map<String, String> settings, Path file) {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written", e);
    }
    return file;
  }

  private void learnTopics(Topology topology) {
    for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
          sources.addAll(source.topicSet());
        } else if (node instanceof TopologyDescription.Sink sink && sink.topic() != null) {
          sinks.add(sink.topic());
        }
      }
    }
  }

  @Override
  public void send(String topic, Message<byte[], byte[]> record) {
    Instant arrival = record.arrival() == null ? now : record.arrival();
    unacknowledged.add(
        producer.send(
            new ProducerRecord<>(
                topic,
                null,
                arrival.toEpochMilli(),
                record.key(),
                record.value(),
                record.headers())));
  }

  private void awaitAcknowledged() {
    for (Future<?> sent : unacknowledged) {
      try {
        sent.get(SEND_TIMEOUT_S, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException("A record was not sent: " + e.getCause(), e);
      } catch (TimeoutException e) {
        throw new IllegalStateException(
            "A record was not acknowledged within %d s".formatted(SEND_TIMEOUT_S), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while sending", e);
      }
    }
    unacknowledged.clear();
  }

  @Override
  public List<Message<byte[], byte[]>> committed(String topic) {
    awaitAcknowledged();
    if (job.process().alive()) {
      awaitDone(topic);
    }
    return log.records(topic);
  }

  /** All that is committed to a topic at this moment, whatever the job has still to do. */
  List<Message<byte[], byte[]>> committedSoFar(String topic) {
    return log.records(topic);
  }

  private void awaitDone(String topic) {
    long deadlineNs = System.nanoTime() + DONE_LIMIT.toNanos();
    // A changelog is no sink; a transaction becomes visible there at a time of its own, too.
    Set<String> written = new HashSet<>(sinks);
    written.add(topic);
    while (!log.isDone(sources, written)) {
      if (!job.process().alive()) {
        throw new IllegalStateException(
            "The job ended by itself with exit code %s; its log is %s"
                .formatted(job.process().exitCode().orElse(-1), job.process().log()));
      }
      if (System.nanoTime() > deadlineNs) {
        throw new IllegalStateException(
            "The job has not processed all that was sent within %d s; its log is %s"
                .formatted(DONE_LIMIT.toSeconds(), job.process().log()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for the job", e);
      }
    }
  }

  @Override
  public String applicationId() {
    return applicationId;
  }

  @Override
  public AvroSerdes avro() {
    return avro;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void advance(Duration time) {
    now = now.plus(time);
  }

  @Override
  public void kill() {
    if (!job.process().alive()) {
      throw new IllegalStateException("The job is down");
    }
    awaitAcknowledged();
    awaitTransaction();
    job.process().kill();
  }

  // A kill before the job has read anything, or when all is committed, leaves nothing half done. A
  // transaction is open for a tenth of a second, so the looks are quick and the rest is asked
  // rarely.
  private void awaitTransaction() {
    List<TopicPartition> written = log.partitions(sinks);
    long deadlineNs = System.nanoTime() + DONE_LIMIT.toNanos();
    for (int looks = 1; !log.isInTransaction(written); looks++) {
      if (looks % LOOKS_BETWEEN == 0
          && (log.isDone(sources, sinks)
              || !job.process().alive()
              || System.nanoTime() > deadlineNs)) {
        return;
      }
    }
  }

  @Override
  public void restart() {
    job.process().stop();
    job.restart();
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    log.close();
    job.close();
    kafka.close();
    registry.close();
  }
}
