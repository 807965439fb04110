package dev.onceflow.topology;

import static dev.onceflow.topology.TestingJob.DAY_MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.preflight.Finding;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.junit.jupiter.api.Test;

/** Timestamps: who gives them, how long they are remembered, how far ahead they may be. */
class PreflightTimestampsIT {
  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();

  @Test
  void timestampsOfProducersAreRefusedWhereEventIdsAreForgotten() throws Exception {
    job.inputSettings = Map.of();
    topics.create(job.topics());
    assertThat(preflight.violation("input.timestamps").set()).contains("CreateTime", job.input());

    job.horizonMs = -1;
    assertThat(preflight.statusOf("input.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anInputThatIsKeptLongerThanItsEventIdsIsNamed() throws Exception {
    topics.create(job.topics());
    long sweepMs = 3_600_000;
    job.horizonMs = 14 * DAY_MS + sweepMs - 1;
    Finding finding = preflight.violation("dedupe.horizon");
    assertThat(finding.set())
        .as("a segment goes once its newest record does: the oldest is up to segment.ms older")
        .endsWith(
            "is kept for up to 1213200000 ms: retention.ms = 604800000, segment.ms = 604800000,"
                + " and an hour until the brokers look");
    assertThat(finding.remedy())
        .startsWith("Set dedupe.horizon.ms=1213200000, or lower retention.ms and segment.ms of ");
    job.horizonMs = 14 * DAY_MS + sweepMs;
    assertThat(preflight.statusOf("dedupe.horizon")).isEqualTo(Finding.Status.HELD);
    job.horizonMs = 8 * DAY_MS + sweepMs;
    topics.set(job.input(), "segment.ms", Long.toString(DAY_MS));
    assertThat(preflight.statusOf("dedupe.horizon")).isEqualTo(Finding.Status.HELD);
    topics.set(job.input(), "retention.ms", "-1");
    assertThat(preflight.violation("dedupe.horizon").set()).contains("forever");

    job.horizonMs = -1;
    assertThat(preflight.statusOf("dedupe.horizon")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anOutputThatTakesTimestampsLessFarAheadThanTheInputIsNamed() throws Exception {
    job.horizonMs = -1;
    job.inputSettings = Map.of("message.timestamp.after.max.ms", Long.toString(DAY_MS));
    topics.create(job.topics());
    settings.put("topic.message.timestamp.after.max.ms", Long.toString(DAY_MS));
    topics.set(job.deadLetters(), "message.timestamp.after.max.ms", Long.toString(DAY_MS));

    Finding finding = preflight.violation("output.timestamps");

    assertThat(finding.set())
        .isEqualTo(
            job.prefix
                + "-out has message.timestamp.after.max.ms = 3600000; the inputs' records may be"
                + " ahead of the clock by 86400000 ms, behind it by any time");
    assertThat(finding.remedy())
        .isEqualTo(
            "'kafka-configs.sh --bootstrap-server "
                + SharedBroker.address()
                + " --alter --entity-type topics --entity-name "
                + job.prefix
                + "-out --add-config message.timestamp.after.max.ms=86400000'.");
    topics.set(job.output(), "message.timestamp.after.max.ms", Long.toString(DAY_MS));
    assertThat(preflight.statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anOutputThatTakesYoungerRecordsThanTheInputKeepsIsNamed() throws Exception {
    topics.create(job.topics());
    topics.set(job.deadLetters(), "message.timestamp.before.max.ms", Long.toString(DAY_MS));
    topics.set(job.input(), "segment.ms", Long.toString(DAY_MS));

    assertThat(preflight.violation("output.timestamps").set())
        .startsWith(job.prefix + "-dlq has message.timestamp.before.max.ms = 86400000;")
        .as("7 days of retention, one of the segment, and an hour")
        .endsWith("ahead of the clock by 0 ms, behind it by 694800000 ms");

    topics.set(job.deadLetters(), "message.timestamp.before.max.ms", "694800000");
    assertThat(preflight.statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anInternalTopicThatTakesTimestampsLessFarAheadThanTheInputIsNamed() throws Exception {
    job.horizonMs = -1;
    job.inputSettings = Map.of("message.timestamp.after.max.ms", Long.toString(DAY_MS));
    preflight.makeMissingTopics();

    assertThat(preflight.violation("output.timestamps"))
        .as("it would be made with the brokers' default")
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .startsWith(
                      "internal topics to come would have message.timestamp.after.max.ms ="
                          + " 3600000;");
              assertThat(finding.remedy())
                  .isEqualTo("Set topic.message.timestamp.after.max.ms=86400000 for the job.");
            });

    settings.put("topic.message.timestamp.after.max.ms", Long.toString(DAY_MS));
    assertThat(preflight.statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
    preflight.makeChangelog(Map.of());
    assertThat(preflight.violation("output.timestamps").set())
        .as("Streams leaves a topic that is there as it is")
        .startsWith(job.changelog() + " has message.timestamp.after.max.ms = 3600000;");
    topics.set(job.changelog(), "message.timestamp.after.max.ms", Long.toString(DAY_MS));
    assertThat(preflight.statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void topicsThatTheJobMakesTakeTheTimestampsOfAnInputThatWasThereBefore() throws Exception {
    job.horizonMs = -1;
    topics.create(job.input(), Map.of("message.timestamp.after.max.ms", Long.toString(DAY_MS)));
    job.inputSettings = Map.of();
    settings.put("topic.message.timestamp.after.max.ms", Long.toString(DAY_MS));

    assertThat(preflight.makeMissingTopics()).hasSize(2);

    assertThat(preflight.report().refused()).isEmpty();
    try (KafkaProducer<String, String> producer = topics.producer(Map.of("acks", "all"))) {
      long ahead = System.currentTimeMillis() + DAY_MS / 2;
      assertThat(producer.send(new ProducerRecord<>(job.output(), 0, ahead, "k", "v")))
          .as("the broker takes what it takes on the input")
          .succeedsWithin(Duration.ofSeconds(30));
      topics.create(job.prefix + "-other", Map.of());
      assertThat(producer.send(new ProducerRecord<>(job.prefix + "-other", 0, ahead, "k", "v")))
          .as("and refuses it on a topic that was not made for it")
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(InvalidTimestampException.class);
    }
  }
}
