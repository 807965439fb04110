package dev.onceflow.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.testkit.driver.DriverJob;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import dev.onceflow.topology.PaymentsTopology;
import dev.onceflow.verification.checker.InputRecord;
import dev.onceflow.verification.checker.Oracle;
import dev.onceflow.verification.checker.Place;
import dev.onceflow.verification.checker.Rules;
import dev.onceflow.verification.checker.Ruling;
import dev.onceflow.verification.checker.Verdict;
import dev.onceflow.verification.workload.PlannedRecord;
import dev.onceflow.verification.workload.Special;
import dev.onceflow.verification.workload.Workload;
import dev.onceflow.verification.workload.WorkloadOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job and the oracle, which share no code, decide the workload alike, record by record. */
class WorkloadInJobTest {
  private static final long NOW_MS = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();
  private static final int PER_SECOND = 100;
  private static final int RECORDS = 12_000;
  private static final byte[] NO_EVENT = {9};

  /** What was set aside, and why, by offset. */
  private final Map<Long, String> expected = new TreeMap<>();

  private int applied;
  private int rejected;

  @Test
  void withoutAnEndOfMemory(@TempDir Path folder) {
    decideAlike(WorkloadOptions.DEFAULTS, Rules.DEFAULTS, folder);

    // Some of these have no time in their ID, and take the one of occurred_at.
    assertThat(expected.values()).contains("QUARANTINED future");
  }

  @Test
  void aroundAShortHorizon(@TempDir Path folder) {
    long horizonMs = 30_000;

    decideAlike(
        WorkloadOptions.DEFAULTS.aroundTheHorizon(horizonMs, PER_SECOND),
        Rules.DEFAULTS.withHorizon(horizonMs).withSkew(10_000),
        folder);

    assertThat(expected.values()).contains("QUARANTINED unprovable");
  }

  private void decideAlike(WorkloadOptions options, Rules rules, Path folder) {
    Map<String, String> settings =
        Map.of(
            "dedupe.horizon.ms", Long.toString(rules.horizonMs()),
            "dedupe.skew.max.ms", Long.toString(rules.skewMaxMs()));
    try (DriverJob job = DriverJob.start(new PaymentsTopology(), settings, folder)) {
      send(new Workload(7, options), new Oracle(rules), job);

      Map<Long, String> setAside = new TreeMap<>();
      job.setAside(Topics.PAYMENTS_QUARANTINE.name())
          .forEach(each -> setAside.put(offset(each), "QUARANTINED " + each.reason()));
      job.setAside(Topics.PAYMENTS_DLQ.name())
          .forEach(each -> setAside.put(offset(each), "DLQ " + each.reason()));
      assertThat(setAside).isEqualTo(expected);
      assertThat(job.committed(Topics.PAYMENTS_REJECTED.name())).hasSize(rejected);
      assertThat(applied).isPositive();
    }
  }

  private void send(Workload workload, Oracle oracle, DriverJob job) {
    Serializer<PaymentEvent> serializer = job.avro().serializer();
    long offset = 0;
    for (long position = 0; position < RECORDS; position++) {
      PlannedRecord planned = workload.at(position);
      if (planned.special() == Special.ABORTED || planned.special() == Special.OVERSIZE) {
        continue;
      }
      long arrivalMs = NOW_MS + position * 1_000 / PER_SECOND;
      byte[] value = value(planned, serializer);
      Message<byte[], byte[]> message =
          Message.of(planned.key().getBytes(StandardCharsets.UTF_8), value)
              .arriving(Instant.ofEpochMilli(arrivalMs));
      String id = planned.eventIdHeader();
      job.send(planned.topic(), id == null ? message : message.withId(id));
      note(oracle.accept(input(planned, offset, arrivalMs, value)), offset);
      offset++;
    }
  }

  private static byte[] value(PlannedRecord planned, Serializer<PaymentEvent> serializer) {
    return switch (planned.damage()) {
      case NONE -> serializer.serialize(planned.topic(), planned.event());
      case NO_VALUE -> null;
      case TRUNCATED, WRONG_MAGIC, EMPTY -> NO_EVENT;
    };
  }

  private static InputRecord input(
      PlannedRecord planned, long offset, long arrivalMs, byte[] value) {
    return new InputRecord(
        new Place(planned.topic(), 0, offset),
        arrivalMs,
        planned.key(),
        planned.eventIdHeader(),
        value == null ? null : ByteBuffer.wrap(value),
        planned.damage() == PlannedRecord.Damage.NONE ? planned.event() : null);
  }

  private void note(Ruling ruling, long offset) {
    if (ruling.verdict() == Verdict.APPLIED) {
      applied++;
    } else if (ruling.verdict() == Verdict.REJECTED) {
      rejected++;
    } else if (ruling.verdict() != Verdict.DUPLICATE) {
      expected.put(offset, ruling.verdict() + " " + ruling.reason());
    }
  }

  private static long offset(SetAsideRecord record) {
    return record.at().offset();
  }
}
