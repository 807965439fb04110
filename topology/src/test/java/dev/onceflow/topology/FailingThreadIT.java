package dev.onceflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.StateQuery;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.runtime.StreamsJob;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others see of a job with two threads while one of them fails. */
class FailingThreadIT {
  private static final int KEYS = 12;
  private static final String FAIL = "fail";
  private static final String COMMIT_INTERVAL_MS = "8000";

  @TempDir private Path dir;

  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final HttpClient http = HttpClient.newHttpClient();
  private TestingBroker broker;
  private Admin admin;
  private KafkaProducer<String, String> producer;
  private StreamsJob job;

  @BeforeEach
  void startBroker() throws Exception {
    broker = new TestingBroker(Files.createDirectory(dir.resolve("broker")));
    admin = broker.admin();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new StringSerializer());
  }

  @AfterEach
  void stop() throws Exception {
    failuresLeft.set(0);
    if (job != null) {
      job.close(Duration.ofSeconds(20));
    }
    producer.close(Duration.ofSeconds(5));
    admin.close(Duration.ofSeconds(5));
    broker.close();
  }

  @Test
  void whatIsKnownIsNeverSaidToBeUnknownWhileAThreadFails() throws Exception {
    start("2", "100");
    for (int key = 0; key < KEYS; key++) {
      producer.send(new ProducerRecord<>("things", "k-" + key, "v")).get();
    }
    patiently()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(statuses()).containsExactly(200));
    // The control: what is not there is not known, by both ways of asking.
    assertThat(ask("by-key/other").statusCode()).isEqualTo(404);
    assertThat(ask("everywhere/other").statusCode()).isEqualTo(404);

    failuresLeft.set(4);
    producer.send(new ProducerRecord<>("things", "k-0", FAIL)).get();

    // Four times a thread dies, its task goes to the other one, and comes back.
    Set<Integer> seen = new TreeSet<>();
    patiently()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              Set<Integer> now = statuses();
              seen.addAll(now);
              return failuresLeft.get() == 0 && now.equals(Set.of(200));
            });
    assertThat(seen).isSubsetOf(200, 503).contains(503);
  }

  @Test
  void readersWaitForTheAbortAndNotForThePause() throws Exception {
    start("1", COMMIT_INTERVAL_MS);
    failuresLeft.set(5);
    producer.send(new ProducerRecord<>("things", "k-0", FAIL)).get();
    // Five failures: the pause after the sixth is six seconds at least. What is open next began
    // after a commit, so that no other commit ends it before.
    patiently().atMost(Duration.ofSeconds(150)).until(() -> committed() == 1);
    producer.send(new ProducerRecord<>("things", "k-0", "open")).get();
    patiently()
        .atMost(Duration.ofSeconds(5))
        .until(() -> end(IsolationLevel.READ_COMMITTED) < end(IsolationLevel.READ_UNCOMMITTED));

    failuresLeft.set(1);
    producer.send(new ProducerRecord<>("things", "k-0", FAIL)).get();
    patiently().atMost(Duration.ofSeconds(30)).until(() -> failuresLeft.get() == 0);

    // The thread has thrown; its Kafka transaction holds back nobody for long.
    long thrownNs = System.nanoTime();
    patiently()
        .atMost(Duration.ofSeconds(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> end(IsolationLevel.READ_COMMITTED) == end(IsolationLevel.READ_UNCOMMITTED));
    assertThat(committed()).as("an abort, not a commit").isEqualTo(1);
    System.out.printf("The abort took %d ms%n", (System.nanoTime() - thrownNs) / 1_000_000);
  }

  /** How many records of the input the job has processed and committed. */
  private long committed() throws Exception {
    return admin
        .listConsumerGroupOffsets("things-job")
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  /** The last stable offsets of the output, or its ends. */
  private long end(IsolationLevel isolation) throws Exception {
    TopicPartition first = new TopicPartition("things-seen", 0);
    TopicPartition second = new TopicPartition("things-seen", 1);
    var ends =
        admin
            .listOffsets(
                Map.of(first, OffsetSpec.latest(), second, OffsetSpec.latest()),
                new ListOffsetsOptions(isolation))
            .all()
            .get();
    return ends.get(first).offset() + ends.get(second).offset();
  }

  // The failures of the job's threads are not the test's.
  private static ConditionFactory patiently() {
    return Awaitility.await().dontCatchUncaughtExceptions();
  }

  private Set<Integer> statuses() throws Exception {
    Set<Integer> statuses = new TreeSet<>();
    for (int key = 0; key < KEYS; key++) {
      statuses.add(ask("by-key/k-" + key).statusCode());
      statuses.add(ask("everywhere/k-" + key).statusCode());
    }
    return statuses;
  }

  private HttpResponse<String> ask(String question) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + job.httpPort().orElseThrow() + "/state/" + question);
    return http.send(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  private void start(String threads, String commitIntervalMs) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "things-job");
    settings.put("bootstrap.servers", broker.address());
    settings.put("state.dir", dir.resolve("state").toString());
    settings.put("preflight.accept", "state.dir");
    settings.put("topics.create", "true");
    settings.put("topics.partitions", "2");
    settings.put("num.stream.threads", threads);
    settings.put("commit.interval.ms", commitIntervalMs);
    settings.put("producer.transaction.timeout.ms", "20000");
    settings.put("http.port", "0");
    Things things = new Things();
    job = new StreamsJob(things, JobConfig.of(settings, things));
    job.start();
  }

  /** Remembers the last value of each key; fails at some while failures are left. */
  private final class Things implements TopologyFactory {
    @Override
    public String name() {
      return "things";
    }

    @Override
    public Topology build(Map<String, ?> config) {
      Topology topology = new Topology();
      topology.addSource(
          "in", Serdes.String().deserializer(), Serdes.String().deserializer(), "things");
      topology.addProcessor("remember", Remember::new, "in");
      topology.addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore("seen"), Serdes.String(), Serdes.String()),
          "remember");
      topology.addSink(
          "out",
          "things-seen",
          Serdes.String().serializer(),
          Serdes.String().serializer(),
          "remember");
      return topology;
    }

    @Override
    public List<JobTopic> topics() {
      return List.of(
          new JobTopic(
              "things", JobTopic.Role.INPUT, Map.of("message.timestamp.type", "LogAppendTime")),
          new JobTopic("things-seen", JobTopic.Role.OUTPUT, Map.of()));
    }

    @Override
    public List<StateQuery> queries() {
      return List.of(
          query("by-key", StateQuery.Routing.BY_KEY),
          query("everywhere", StateQuery.Routing.EVERYWHERE));
    }

    private static StateQuery query(String name, StateQuery.Routing routing) {
      return new StateQuery(name, "seen", routing, key -> key, value -> "\"" + value + "\"");
    }
  }

  private final class Remember extends ContextualProcessor<String, String, String, String> {
    @Override
    public void process(Record<String, String> record) {
      KeyValueStore<String, String> seen = context().getStateStore("seen");
      seen.put(record.key(), record.value());
      context().forward(record);
      if (record.value().equals(FAIL) && failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IllegalStateException("told to fail");
      }
    }
  }
}
