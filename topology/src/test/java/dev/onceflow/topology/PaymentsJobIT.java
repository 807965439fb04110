package dev.onceflow.topology;

import static dev.onceflow.topology.PaymentsTester.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.runtime.StreamsJob;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentsJobIT {
  private static final int PARTITIONS = 3;

  @TempDir private Path dir;
  private final TestingRegistry registry = new TestingRegistry();
  private TestingBroker broker;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private Serializer<PaymentEvent> events;

  @BeforeEach
  void startABroker() throws Exception {
    broker = new TestingBroker(Files.createDirectory(dir.resolve("broker")));
    admin = broker.admin();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    events = avro().serializer();
  }

  @AfterEach
  void stop() throws InterruptedException {
    producer.close(Duration.ofSeconds(5));
    admin.close(Duration.ofSeconds(5));
    broker.close();
    registry.close();
  }

  @Test
  void aRegistryThatStaysAwayEndsTheJobWithoutALoss() throws Exception {
    createTopics(Topics.ALL);
    sendSales(10);
    Map<String, Object> settings = settings();
    settings.put(JobConfig.RESTARTS_MAX, "1");
    // By another name, so that the job's serdes know no answer of the registry yet.
    settings.put("schema.registry.url", registry.url().replace("127.0.0.1", "localhost"));
    registry.goAway();

    StreamsJob job =
        new StreamsJob(new PaymentsTopology(), JobConfig.of(settings, new PaymentsTopology()));
    job.start();

    assertThat(job.await()).isEqualTo(StreamsJob.Ending.FAILED);
    assertThat(job.failure()).isPresent();
    job.close(Duration.ofSeconds(30));
    // Nothing was set aside, nothing was counted: the records are still there to be read.
    assertThat(records(Topics.PAYMENTS_DLQ.name())).isEmpty();
    assertThat(sum().getRead()).isZero();
    registry.comeBack();
    StreamsJob again = started(settings);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> sum().getApplied() == 10);
    assertThat(again.close(Duration.ofSeconds(30))).isTrue();
    assertThat(again.await()).isEqualTo(StreamsJob.Ending.CLOSED);
  }

  @Test
  void aMissingTopicStopsTheJobBeforeItStarts() throws Exception {
    createTopics(List.of(Topics.PAYMENTS, Topics.LEDGER_ENTRIES));
    StreamsJob job =
        new StreamsJob(new PaymentsTopology(), JobConfig.of(settings(), new PaymentsTopology()));

    assertThatThrownBy(job::start)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("topics.exist")
        .hasMessageContaining(
            "account-balances, merchant-daily-totals, payments-dlq, payments-quarantine")
        .hasMessageNotContaining("transaction.version");
    assertThat(job.close(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void anOldTransactionProtocolStopsTheJobBeforeItStarts() throws Exception {
    createTopics(Topics.ALL);
    admin
        .updateFeatures(
            Map.of(
                "transaction.version",
                new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
            new UpdateFeaturesOptions())
        .all()
        .get();
    // The controller has answered; the broker learns of it a moment later.
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                admin
                        .describeFeatures()
                        .featureMetadata()
                        .get()
                        .finalizedFeatures()
                        .get("transaction.version")
                        .maxVersionLevel()
                    == 1);
    StreamsJob job =
        new StreamsJob(new PaymentsTopology(), JobConfig.of(settings(), new PaymentsTopology()));

    assertThatThrownBy(job::start)
        .isInstanceOf(JobException.class)
        .hasMessageContaining(
            "transaction.version: transaction.version = 1; needed: 2 or later. 'kafka-features");
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "payments-job");
    settings.put("bootstrap.servers", broker.address());
    settings.put("state.dir", dir.resolve("state").toString());
    settings.put("schema.registry.url", registry.url());
    settings.put("num.stream.threads", "2");
    settings.put("dedupe.horizon.ms", "-1");
    settings.put("preflight.accept", "state.dir");
    return settings;
  }

  private static StreamsJob started(Map<String, Object> settings) throws InterruptedException {
    StreamsJob job =
        new StreamsJob(new PaymentsTopology(), JobConfig.of(settings, new PaymentsTopology()));
    job.start();
    assertThat(job.awaitRunning(Duration.ofSeconds(60))).isTrue();
    return job;
  }

  private void createTopics(List<Topic> topics) throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            topics.stream()
                .map(t -> new NewTopic(t.name(), PARTITIONS, (short) 1).configs(t.settings()))
                .toList())
        .all()
        .get();
  }

  private void sendSales(int count) throws ExecutionException, InterruptedException {
    List<Future<?>> acknowledged = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      PaymentEvent sale = event("sale-" + i, "p-" + i, PaymentKind.SALE, i);
      acknowledged.add(send("p-" + i, events.serialize(Topics.PAYMENTS.name(), sale)));
    }
    for (Future<?> each : acknowledged) {
      each.get();
    }
  }

  private Future<?> send(String key, byte[] value) {
    return producer.send(
        new ProducerRecord<>(Topics.PAYMENTS.name(), PaymentsTester.utf8(key), value));
  }

  /** The counts of all partitions, as somebody outside the job sees them. */
  private VerdictCounts sum() throws ExecutionException, InterruptedException {
    Map<Integer, VerdictCounts> latest = new HashMap<>();
    String topic = PaymentsTopology.verdictsTopic("payments-job");
    var counts = avro().deserializer(VerdictCounts.class);
    if (admin.listTopics().names().get().contains(topic)) {
      for (ConsumerRecord<byte[], byte[]> record : records(topic)) {
        int partition = ByteBuffer.wrap(record.key()).getInt();
        latest.put(partition, counts.deserialize(topic, record.value()));
      }
    }
    long[] sums = new long[6];
    for (VerdictCounts one : latest.values()) {
      sums[0] += one.getRead();
      sums[1] += one.getApplied();
      sums[2] += one.getRejected();
      sums[3] += one.getDuplicate();
      sums[4] += one.getQuarantined();
      sums[5] += one.getDlq();
    }
    return new VerdictCounts(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], 0L);
  }

  private AvroSerdes avro() {
    return new AvroSerdes(Map.of("schema.registry.url", registry.url()));
  }

  /** Every committed record of a topic, up to where it ends now. */
  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.address(),
                "isolation.level", "read_committed",
                "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
