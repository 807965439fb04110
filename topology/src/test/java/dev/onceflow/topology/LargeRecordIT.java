package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.graph.EventGraph;
import dev.onceflow.streams.graph.EventJob;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.MissingTopics;
import dev.onceflow.streams.route.Parse;
import dev.onceflow.streams.route.Parsed;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.runtime.StreamsJob;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that came compressed and are, as the job's producer measures them, larger than what
 * brokers took: they never stand in their partition's way.
 */
class LargeRecordIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Compressed it is far below the input's megabyte. */
  private static final int LARGE = 5_000_000;

  /** More than max.request.size, uncompressed. */
  private static final int TOO_LARGE = 34_000_000;

  @TempDir private Path dir;

  @Test
  void whatIsTooLargeToBeSetAsideWholeLeavesItsPlaceAndTheJobGoesOn() throws Exception {
    LargeJob job = new LargeJob("plain");
    JobConfig config = config(job);
    MissingTopics.create(config, job, SharedBroker.admin());
    send("plain", "bad-large", value("bad", LARGE));
    send("plain", "bad-too-large", value("bad", TOO_LARGE));
    send("plain", "good-too-large", value("good", TOO_LARGE));
    send("plain", "good", value("good", 10));

    List<ConsumerRecord<String, byte[]>> dead;
    try (StreamsJob running = new StreamsJob(job, config)) {
      running.start();
      // The log of the output, read committed: both good ones, large or not.
      assertThat(read("plain-out", 2))
          .extracting(ConsumerRecord::key)
          .containsExactly("good-too-large", "good");
      dead = read("plain-dlq", 2);
    }

    // That of the dead letters: the first whole, of the second what tells where it is.
    assertThat(dead.get(0).key()).isEqualTo("bad-large");
    assertThat(dead.get(0).value()).isEqualTo(value("bad", LARGE));
    assertThat(header(dead.get(0), SetAside.LEFT_OUT)).isNull();
    assertThat(dead.get(1).key()).isEqualTo("bad-too-large");
    assertThat(dead.get(1).value()).isNull();
    assertThat(header(dead.get(1), SetAside.REASON)).isEqualTo("bad");
    assertThat(header(dead.get(1), SetAside.LEFT_OUT)).isEqualTo("value");
    assertThat(header(dead.get(1), SetAside.VALUE_BYTES)).isEqualTo("34000000");
    assertThat(header(dead.get(1), SetAside.VALUE_SHA256))
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(value("bad", TOO_LARGE))));
    assertThat(header(dead.get(1), SetAside.TOPIC)).isEqualTo("plain");
    assertThat(header(dead.get(1), SetAside.PARTITION)).isEqualTo("0");
    assertThat(header(dead.get(1), SetAside.OFFSET)).isEqualTo("1");
  }

  @Test
  void whatIsTooLargeToBeRepartitionedGoesToTheDeadLettersAndTheJobGoesOn() throws Exception {
    LargeJob job = new LargeJob("apart");
    job.isRepartitioned = true;
    JobConfig config = config(job);
    MissingTopics.create(config, job, SharedBroker.admin());
    send("apart", "good-too-large", value("good", TOO_LARGE));
    send("apart", "good-large", value("good", LARGE));

    try (StreamsJob running = new StreamsJob(job, config)) {
      running.start();

      assertThat(read("apart-out", 1))
          .extracting(ConsumerRecord::key)
          .containsExactly("good-large");
      ConsumerRecord<String, byte[]> dead = read("apart-dlq", 1).get(0);
      assertThat(dead.key()).isEqualTo("good-too-large");
      assertThat(dead.value()).isNull();
      assertThat(header(dead, SetAside.REASON)).isEqualTo(Parse.TOO_LARGE);
      assertThat(header(dead, SetAside.OFFSET)).isEqualTo("0");
    }
  }

  private JobConfig config(LargeJob job) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "large-" + job.input);
    settings.put("bootstrap.servers", SharedBroker.address());
    settings.put("state.dir", dir.resolve("state").toString());
    settings.put("topics.partitions", "1");
    settings.put("restarts.max", "0");
    // Test folders are temporary.
    settings.put("preflight.accept", "state.dir");
    return JobConfig.of(settings, job);
  }

  private static byte[] value(String kind, int bytes) {
    byte[] value = new byte[bytes];
    Arrays.fill(value, (byte) kind.charAt(0));
    return value;
  }

  private static void send(String topic, String key, byte[] value) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                SharedBroker.address(),
                "compression.type",
                "zstd",
                "max.request.size",
                100_000_000,
                "buffer.memory",
                100_000_000),
            new StringSerializer(),
            new ByteArraySerializer())) {
      assertThat(producer.send(new ProducerRecord<>(topic, 0, key, value))).succeedsWithin(SOON);
    }
  }

  private static List<ConsumerRecord<String, byte[]>> read(String topic, int count) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                SharedBroker.address(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      long deadlineNs = System.nanoTime() + SOON.toNanos();
      while (records.size() < count && System.nanoTime() < deadlineNs) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    assertThat(records).as("records of " + topic).hasSize(count);
    return records;
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** An event has its ID as the key; it is bad if its value begins with b. */
  private static final class LargeJob extends EventJob<String> {
    private final String input;
    private boolean isRepartitioned;

    LargeJob(String input) {
      this.input = input;
    }

    @Override
    public String name() {
      return "large";
    }

    @Override
    protected EventGraph<String> graph() {
      EventGraph<String> graph =
          EventGraph.<String>reading(
                  input,
                  () ->
                      (topic, record) -> {
                        String id = new String(record.key(), StandardCharsets.UTF_8);
                        return record.value()[0] == 'b'
                            ? new Parsed.Bad<>("bad", "it begins with b")
                            : new Parsed.Ok<>(id, id);
                      })
              .output(input + "-out", Map.of(), new StringSerializer(), new StringSerializer());
      return isRepartitioned ? graph.repartitionedByEventId() : graph;
    }

    @Override
    protected EventHandler<String> handler() {
      return event ->
          Decision.applied(List.of(new Effect.Emit(input + "-out", event.value(), "applied")));
    }
  }
}
