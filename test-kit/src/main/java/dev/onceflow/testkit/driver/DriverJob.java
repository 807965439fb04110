package dev.onceflow.testkit.driver;

import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.registry.LoopbackRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * A job in Kafka's test driver: one partition of each topic, one thread, a commit after each
 * record. It has the settings of a real job, so exactly-once, ours and the topology's defaults.
 *
 * <p>Each start makes a new topology and a new driver on an empty folder. What the next owner of
 * the job's partitions would find is carried over: the changelogs, the offsets of the inputs, and
 * the topics of global stores. What a processor kept in its fields is gone.
 */
public final class DriverJob implements JobUnderTest {
  private final TopologyFactory factory;
  private final JobConfig config;
  private final Path folder;
  private final LoopbackRegistry registry;
  private final AvroSerdes avro;
  private final Map<String, List<Message<byte[], byte[]>>> written = new HashMap<>();
  private final Queue<Sent> waiting = new ArrayDeque<>();
  private final List<Sent> sentToGlobalStores = new ArrayList<>();
  private final CarriedState state = new CarriedState();
  private final InputOffsets offsets = new InputOffsets();
  private Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private int starts;
  private Set<String> globalTopics = Set.of();
  private TopologyTestDriver driver;

  private record Sent(String topic, Message<byte[], byte[]> record) {}

  private DriverJob(
      TopologyFactory factory, JobConfig config, Path folder, LoopbackRegistry registry) {
    this.factory = factory;
    this.config = config;
    this.folder = folder;
    this.registry = registry;
    this.avro = new AvroSerdes(config.effective());
  }

  /**
   * Starts a job.
   *
   * @param factory the job
   * @param settings its settings; those that need a broker or a folder are given already
   * @param folder for its state, empty
   */
  public static DriverJob start(
      TopologyFactory factory, Map<String, String> settings, Path folder) {
    LoopbackRegistry registry = LoopbackRegistry.start();
    Map<String, String> given = new HashMap<>();
    given.put(StreamsConfig.APPLICATION_ID_CONFIG, factory.name() + "-under-test");
    given.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    given.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    given.put("schema.registry.url", registry.url());
    given.putAll(settings);
    try {
      DriverJob job = new DriverJob(factory, JobConfig.of(given, factory), folder, registry);
      job.startDriver();
      return job;
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  private void startDriver() {
    starts++;
    Map<String, Object> effective = new HashMap<>(config.effective());
    // RocksDB holds a lock on the folder of a driver that was ended without being closed.
    effective.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state-" + starts).toString());
    Topology topology = factory.build(effective);
    globalTopics = globalTopics(topology);
    if (starts > 1) {
      state.restoreInto(topology);
    }
    Properties properties = new Properties();
    properties.putAll(effective);
    driver = new TopologyTestDriver(topology, properties, now);
    sentToGlobalStores.forEach(this::pipe);
    offsets.giveTo(driver);
  }

  private static Set<String> globalTopics(Topology topology) {
    return topology.describe().globalStores().stream()
        .map(TopologyDescription.GlobalStore::source)
        .flatMap(source -> source.topicSet().stream())
        .collect(Collectors.toSet());
  }

  @Override
  public void send(String topic, Message<byte[], byte[]> record) {
    Sent sent = new Sent(topic, record.arrival() == null ? record.arriving(now) : record);
    if (globalTopics.contains(topic)) {
      sentToGlobalStores.add(sent);
    }
    if (driver == null) {
      waiting.add(sent);
    } else {
      pipe(sent);
      collect();
    }
  }

  private void pipe(Sent sent) {
    Message<byte[], byte[]> record = sent.record();
    driver
        .createInputTopic(sent.topic(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(record.key(), record.value(), record.headers(), record.arrival()));
  }

  // After each step, so that all that the driver committed is known whatever becomes of it.
  private void collect() {
    for (String topic : driver.producedTopicNames()) {
      List<TestRecord<byte[], byte[]>> records =
          driver
              .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readRecordsToList();
      if (topic.startsWith(config.applicationId() + "-") && topic.endsWith("-changelog")) {
        state.add(topic, records);
      }
      List<Message<byte[], byte[]>> all = written.computeIfAbsent(topic, name -> new ArrayList<>());
      records.forEach(
          record ->
              all.add(
                  new Message<>(
                      record.key(),
                      record.value(),
                      record.headers(),
                      Instant.ofEpochMilli(record.timestamp()))));
    }
    offsets.takeFrom(driver);
  }

  @Override
  public List<Message<byte[], byte[]>> committed(String topic) {
    return List.copyOf(written.getOrDefault(topic, List.of()));
  }

  @Override
  public String applicationId() {
    return config.applicationId();
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
    if (driver != null) {
      driver.advanceWallClockTime(time);
      collect();
    }
  }

  @Override
  public void kill() {
    if (driver == null) {
      throw new IllegalStateException("Job %s is down".formatted(factory.name()));
    }
    // Closing it runs code that a kill wouldn't; what that writes is not collected.
    driver.close();
    driver = null;
  }

  @Override
  public void restart() {
    if (driver != null) {
      kill();
    }
    startDriver();
    collect();
    while (!waiting.isEmpty()) {
      Sent sent = waiting.remove();
      if (!globalTopics.contains(sent.topic())) {
        pipe(sent);
        collect();
      }
    }
  }

  @Override
  public void close() {
    if (driver != null) {
      driver.close();
      driver = null;
    }
    registry.close();
  }
}
