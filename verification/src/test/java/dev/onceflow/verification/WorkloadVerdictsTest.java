package dev.onceflow.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
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
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the oracle makes of the workload: that every verdict, and every edge, is in it. */
class WorkloadVerdictsTest {
  private static final long NOW_MS = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();
  private static final int PER_SECOND = 100;
  private static final int RECORDS = 60_000;

  @Test
  void withoutAnEndOfMemoryEachKindHasItsVerdict() {
    Map<Special, Set<String>> verdicts = verdicts(WorkloadOptions.DEFAULTS, Rules.DEFAULTS);

    assertThat(verdicts.get(Special.NORMAL))
        .contains("APPLIED null")
        .allMatch(each -> each.startsWith("APPLIED") || each.startsWith("REJECTED"));
    assertThat(verdicts.get(Special.NORMAL))
        .contains(
            "REJECTED payment-unknown",
            "REJECTED payment-exists",
            "REJECTED merchant-differs",
            "REJECTED capture-exceeds-authorized",
            "REJECTED refund-exceeds-captured");
    assertThat(verdicts.get(Special.DUPLICATE_NEAR)).containsExactly("DUPLICATE null");
    assertThat(verdicts.get(Special.DUPLICATE_FAR)).containsExactly("DUPLICATE null");
    assertThat(verdicts.get(Special.ALTERED)).containsExactly("QUARANTINED altered");
    assertThat(verdicts.get(Special.POISON))
        .allMatch(each -> each.startsWith("DLQ"))
        .hasSizeGreaterThan(5);
    assertThat(verdicts.get(Special.OVERSIZE))
        .containsExactlyInAnyOrder("APPLIED null", "DLQ output-too-large", "DLQ unreadable");
    assertThat(verdicts.get(Special.SKEWED))
        .containsExactlyInAnyOrder("APPLIED null", "QUARANTINED future");
  }

  @Test
  void aShortHorizonHasCopiesOnBothSidesOfItsEdge() {
    long horizonMs = 60_000;

    Map<Special, Set<String>> verdicts =
        verdicts(
            WorkloadOptions.DEFAULTS.aroundTheHorizon(horizonMs, PER_SECOND),
            Rules.DEFAULTS.withHorizon(horizonMs).withSkew(10_000));

    assertThat(verdicts.get(Special.DUPLICATE_FAR))
        .containsExactlyInAnyOrder("DUPLICATE null", "QUARANTINED unprovable");
    assertThat(verdicts.get(Special.SKEWED)).contains("QUARANTINED unprovable");
    assertThat(verdicts.get(Special.NORMAL))
        .noneMatch(each -> each.startsWith(Verdict.QUARANTINED.name()));
  }

  private static Map<Special, Set<String>> verdicts(WorkloadOptions options, Rules rules) {
    Workload workload = new Workload(7, options);
    Oracle oracle = new Oracle(rules);
    Map<Special, Set<String>> verdicts = new EnumMap<>(Special.class);
    for (long position = 0; position < RECORDS; position++) {
      PlannedRecord record = workload.at(position);
      if (record.special() != Special.ABORTED) {
        Ruling ruling = oracle.accept(input(record));
        verdicts
            .computeIfAbsent(record.special(), any -> new TreeSet<>())
            .add(ruling.verdict() + " " + ruling.reason());
      }
    }
    return verdicts;
  }

  private static InputRecord input(PlannedRecord record) {
    PaymentEvent event = record.event();
    boolean whole = record.damage() == PlannedRecord.Damage.NONE;
    ByteBuffer value =
        record.damage() == PlannedRecord.Damage.NO_VALUE
            ? null
            : ByteBuffer.wrap(event.toString().getBytes(StandardCharsets.UTF_8));
    return new InputRecord(
        new Place("payments", record.key().hashCode() & 3, record.position()),
        NOW_MS + record.position() * 1_000 / PER_SECOND,
        record.key(),
        record.eventIdHeader(),
        value,
        whole ? event : null);
  }
}
