package dev.onceflow.verification.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For every reason code: a record that is sent again takes effect, once. */
class ReasonCodesIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String DLQ = ChoosyJob.INPUT + "-dlq";
  private static final String QUARANTINE = ChoosyJob.INPUT + "-quarantine";
  private static final String TWINS_DLQ = ChoosyJob.TWINS_INPUT + "-dlq";
  private static final String TWINS_QUARANTINE = ChoosyJob.TWINS_INPUT + "-quarantine";

  /** What a job's producer takes here; a record above it is set aside without its value. */
  private static final int REQUEST_BYTES_MAX = 1_100_000;

  @TempDir private Path folder;
  private DeadLetterCluster cluster;
  private KafkaStreams job;
  private KafkaStreams twin;

  @BeforeEach
  void start() {
    cluster = new DeadLetterCluster(folder);
    // The test says when records arrive, so that memory has something to forget.
    Map<String, String> input =
        Map.of("message.timestamp.type", "CreateTime", "max.message.bytes", "3000000");
    cluster.createTopic(ChoosyJob.INPUT, 1, input);
    cluster.createTopic(ChoosyJob.TWINS_INPUT, 1, input);
    cluster.createTopic(ChoosyJob.OUTPUT, 1, Map.of());
    for (String topic : List.of(DLQ, QUARANTINE, TWINS_DLQ, TWINS_QUARANTINE)) {
      cluster.createTopic(topic, 1, Map.of("max.message.bytes", "3000000"));
    }
  }

  @AfterEach
  void stop() {
    job.close();
    twin.close();
    cluster.close();
  }

  private KafkaStreams run(ChoosyJob version, int requestBytesMax) {
    Map<String, String> settings = new HashMap<>();
    settings.put("application.id", version.name() + "-job");
    settings.put("bootstrap.servers", cluster.clientConfig().get("bootstrap.servers").toString());
    settings.put("state.dir", folder.resolve("state").toString());
    settings.put("dedupe.horizon.ms", Long.toString(Duration.ofHours(1).toMillis()));
    settings.put("dedupe.skew.max.ms", "1000");
    settings.put("producer.max.request.size", Integer.toString(requestBytesMax));
    JobConfig config = JobConfig.of(settings, version);
    Properties properties = new Properties();
    properties.putAll(config.effective());
    KafkaStreams started = new KafkaStreams(version.build(config.effective()), properties);
    started.start();
    return started;
  }

  private static CloseOptions leaving() {
    return CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
  }

  private static ProducerRecord<byte[], byte[]> event(String id, String value, Instant arrival) {
    return event(ChoosyJob.INPUT, id, value, arrival);
  }

  private static ProducerRecord<byte[], byte[]> event(
      String input, String id, String value, Instant arrival) {
    return new ProducerRecord<>(
        input,
        null,
        arrival.toEpochMilli(),
        utf8("key"),
        utf8(value),
        new RecordHeaders().add("ce_id", utf8(id)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String idOf(Instant time, String what) {
    return EventIds.ofContent(time.toEpochMilli(), what).toString();
  }

  /** How often each event took effect. */
  private Map<String, Long> taken() {
    return cluster.committed(ChoosyJob.OUTPUT, 1).stream()
        .collect(
            Collectors.groupingBy(
                record -> new String(record.key(), StandardCharsets.UTF_8),
                TreeMap::new,
                Collectors.counting()));
  }

  private void awaitSetAside(int deadLetters, int quarantined) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(cluster.committed(DLQ, 1)).hasSize(deadLetters);
              assertThat(cluster.committed(QUARANTINE, 1)).hasSize(quarantined);
            });
  }

  @Test
  void aRecordThatIsSentAgainTakesEffectWhateverItWasSetAsideFor() throws IOException {
    Instant now = Instant.now();
    Instant before = now.minus(Duration.ofHours(3));
    String unprovable = idOf(before.minusSeconds(60), "unprovable");
    String future = idOf(now.plusSeconds(3), "future");
    String altered = idOf(now, "altered");
    job = run(ChoosyJob.broken(), REQUEST_BYTES_MAX);
    twin = run(ChoosyJob.twin(), REQUEST_BYTES_MAX);
    cluster.produce(
        List.of(
            event(idOf(before, "first"), "fine", before),
            event("unreadable", "unreadable", now),
            event("bad", "bad value", now),
            event("no-rate", "no-rate", now),
            event("large", "large effect", now),
            event("huge", "unreadable" + "y".repeat(REQUEST_BYTES_MAX), now),
            event("held", "held", now),
            event(unprovable, "old", now),
            event("seen", "held, and seen", now),
            event(altered, "one", now),
            event(altered, "two", now),
            event(future, "early", now),
            event(ChoosyJob.TWINS_INPUT, "wide", "y".repeat(REQUEST_BYTES_MAX), now)));
    awaitSetAside(5, 5);
    await().atMost(SOON).until(() -> cluster.committed(TWINS_DLQ, 1).size() == 1);
    assertThat(taken()).hasSize(2);
    Answer counted = cluster.run("dlq", "list", DLQ, "--by", "code");
    assertThat(counted.text())
        .contains("unreadable", "bad-value", "no-rate", "output-too-large", "5 open");
    assertThat(cluster.run("dlq", "list", TWINS_DLQ).text())
        .contains("too-large-to-repartition", "1 open");

    // Else the next ones would wait for these to be missed.
    job.close(leaving());
    twin.close(leaving());
    job = run(ChoosyJob.mended(), REQUEST_BYTES_MAX);
    twin = run(ChoosyJob.twin(), 2 * REQUEST_BYTES_MAX);
    Answer wide = cluster.run("dlq", "redrive", TWINS_DLQ, "--all", "--reason", "it takes more");
    assertThat(wide.text()).contains("1 redriven, sent to choosy-apart");
    Answer redriven = cluster.run("dlq", "redrive", DLQ, "--all", "--reason", "mended");
    assertThat(redriven.code()).as(redriven.text()).isZero();
    // One of them is bad whatever the job is: it comes back, and is edited.
    awaitSetAside(6, 5);
    importEdited("dlq", DLQ, "bad-value", "bad value", "good value");
    // The ID of the altered one took effect with other content: it gets an ID of its own.
    Answer refused = release("new", "--code", "altered");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.text()).contains("give it an ID of its own");
    importEdited("quarantine", QUARANTINE, "altered", altered, "altered-with-an-id-of-its-own");
    assertThat(release("duplicate", "--event-id", "seen").text())
        .contains("1 released-as-duplicate");
    assertThat(release("new", "--code", "held").text())
        .contains("1 released-as-new, sent to choosy", "1 were dealt with before");
    assertThat(release("new", "--code", "unprovable").code()).isZero();
    await().atMost(SOON).until(() -> release("new", "--code", "future").code() == 0);

    await().atMost(SOON).untilAsserted(() -> assertThat(taken()).hasSize(12));
    assertThat(taken())
        .containsKeys(
            "unreadable",
            "bad",
            "no-rate",
            "large",
            "huge",
            "wide",
            "held",
            unprovable,
            future,
            "altered-with-an-id-of-its-own")
        .doesNotContainKey("seen")
        .allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
    // Nothing came back, and nothing is open.
    awaitSetAside(6, 5);
    assertThat(cluster.committed(TWINS_DLQ, 1)).hasSize(1);
    assertThat(cluster.run("dlq", "list", DLQ).text()).contains("0 open");
    assertThat(cluster.run("quarantine", "list", QUARANTINE).text())
        .contains("0 open; 1 imported, 1 released-as-duplicate, 3 released-as-new");
    Answer shown = cluster.run("quarantine", "show", QUARANTINE, "--code", "unprovable");
    assertThat(shown.text()).contains("released-as-new by", ": it was never loaded");
  }

  private Answer release(String as, String... which) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "quarantine",
                "release",
                QUARANTINE,
                "--as",
                as,
                "--reason",
                "it was never loaded"));
    words.addAll(List.of(which));
    return cluster.run(words.toArray(String[]::new));
  }

  private void importEdited(String command, String topic, String code, String what, String with)
      throws IOException {
    Path file = folder.resolve(code + ".jsonl");
    Answer exported =
        cluster.run(command, "export", topic, "--code", code, "--file", file.toString());
    assertThat(exported.text()).contains("1 records written");
    Files.writeString(file, Files.readString(file).replace(what, with));
    Answer imported =
        cluster.run(
            command, "import", topic, "--file", file.toString(), "--reason", "edited by hand");
    assertThat(imported.code()).as(imported.text()).isZero();
    assertThat(imported.text()).contains("1 imported, sent to choosy");
  }
}
