package dev.onceflow.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.testkit.EffectsJob;
import dev.onceflow.testkit.RepartitionedEffectsJob;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of an event under several keys, in several partitions, with kills in between. */
class RepartitionIT {
  private static final int PARTITIONS = 4;
  private static final int EVENTS = 50_000;
  private static final int ROUNDS_MAX = 6;

  private static final String VERDICTS = internal("sent-verdicts-changelog");
  private static final String PARSE = internal("sent-parse-verdicts-changelog");

  // What a kill left between input and dedupe is read from there, so it must not be purged yet.
  private static final Map<String, String> SETTINGS =
      Map.of("repartition.purge.interval.ms", "3600000");

  @TempDir private Path folder;
  private int sent;

  @Test
  void copiesUnderOtherKeysTakeNoEffectWhateverAKillLeaves() {
    try (BrokerJob job =
        BrokerJob.start(new RepartitionedEffectsJob(), SETTINGS, PARTITIONS, folder)) {
      int events = 0;
      boolean wasBetween = false;
      List<String> kills = new ArrayList<>();
      for (int round = 0; round < ROUNDS_MAX && !wasBetween; round++) {
        long before = sent;
        send(job, "first", events, events + EVENTS);
        events += EVENTS;
        awaitMoreEnded(job, before);
        job.kill();
        // Log: part of what was sent is carried to the repartition topic, part of that has ended.
        int carried = job.committed(internal("sent-by-event-id-repartition")).size();
        long ended = ended(job);
        wasBetween = before < ended && ended < carried && carried < sent;
        kills.add("%d sent, %d carried, %d ended".formatted(sent, carried, ended));
        send(job, "second", 0, events);
        job.restart();
        // Log: every event once; its copies, from other partitions of the input, were dropped.
      }
      send(job, "third", 0, EVENTS);
      assertThat(wasBetween).as("a kill on both sides of the repartition: %s", kills).isTrue();

      assertThat(effectsById(job)).hasSize(events).allSatisfy((id, count) -> hasOne(count));
      assertThat(ended(job)).isEqualTo(sent);
    }
  }

  @Test
  void theCheckCatchesAJobThatDoesNotRepartition() {
    try (JobUnderTest job = BrokerJob.start(new EffectsJob(), Map.of(), PARTITIONS, folder)) {
      send(job, "first", 0, 100);
      job.kill();
      send(job, "second", 0, 100);
      job.restart();

      Map<String, Integer> effects = effectsById(job);

      // A copy takes effect wherever its other key leads to another partition: three of four times.
      assertThat(effects).hasSize(100).containsValue(2);
      assertThatThrownBy(() -> assertThat(effects).allSatisfy((id, count) -> hasOne(count)))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void whatIsSetAsideBehindTheRepartitionIsTheRecordThatCame() {
    try (JobUnderTest job =
        BrokerJob.start(new RepartitionedEffectsJob(), SETTINGS, PARTITIONS, folder)) {
      Message<String, String> event = Message.of("k1", "v").withId("e").withHeader("own", "h");
      send(job, event);
      assertThat(effectsById(job)).hasSize(1);

      // In another partition than the event's own key.
      send(job, new Message<>("k3", "other", event.headers(), job.now().minusSeconds(60)));

      SetAsideRecord altered = job.setAside("sent-quarantine").get(0);
      assertThat(altered.reason()).isEqualTo(Dedupe.ALTERED);
      assertThat(altered.at()).hasToString("sent-0-0");
      assertThat(altered.record().key()).isEqualTo("k3".getBytes(StandardCharsets.UTF_8));
      assertThat(altered.record().value()).isEqualTo("other".getBytes(StandardCharsets.UTF_8));
      assertThat(altered.record().arrival()).isEqualTo(job.now().minusSeconds(60));
      assertThat(altered.record().headers().toArray()[0]).isEqualTo(event.headers().toArray()[0]);
      assertThat(altered.record().headers().toArray()[1]).isEqualTo(event.headers().toArray()[1]);
      assertThat(altered.record().headers().toArray()[2].key()).isEqualTo("onceflow_reason");
    }
  }

  // Both sides of the repartition are at work then. A kill at the first open transaction would find
  // only the one before it begun.
  private static void awaitMoreEnded(BrokerJob job, long before) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofSeconds(60))
        .until(() -> ended(job.committedSoFar(VERDICTS), job.committedSoFar(PARSE)) > before);
  }

  private void send(JobUnderTest job, String key, int from, int to) {
    for (int i = from; i < to; i++) {
      send(job, Message.of(key + i, "v").withId("e" + i));
    }
  }

  private void send(JobUnderTest job, Message<String, String> event) {
    job.input(EffectsJob.INPUT, new StringSerializer(), new StringSerializer()).send(event);
    sent++;
  }

  private static void hasOne(int count) {
    assertThat(count).isEqualTo(1);
  }

  private static Map<String, Integer> effectsById(JobUnderTest job) {
    Map<String, Integer> effects = new HashMap<>();
    job.output(EffectsJob.OUTPUT, new StringDeserializer(), new StringDeserializer())
        .records()
        .forEach(record -> effects.merge(record.key(), 1, Integer::sum));
    return effects;
  }

  private static long ended(JobUnderTest job) {
    return ended(job.committed(VERDICTS), job.committed(PARSE));
  }

  /** How many records have ended, by the counts that the job committed with their effects. */
  private static long ended(
      List<Message<byte[], byte[]>> verdicts, List<Message<byte[], byte[]>> parseVerdicts) {
    return counted(verdicts) + counted(parseVerdicts);
  }

  private static long counted(List<Message<byte[], byte[]>> tallies) {
    Map<ByteBuffer, Long> latest = new HashMap<>();
    for (Message<byte[], byte[]> tally : tallies) {
      latest.put(ByteBuffer.wrap(tally.key()), ByteBuffer.wrap(tally.value()).getLong());
    }
    return latest.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String internal(String topic) {
    return "repartitioned-effects-under-test-" + topic;
  }
}
