package dev.onceflow.cli.audit.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.schemas.event.VerdictCounts;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Ten input records: 0 and 1 posted, 2 rejected, 3 set aside, 4 dead, the others leave nothing. */
class PartitionSumTest {
  private static final VerdictCounts COUNTS =
      VerdictCounts.newBuilder()
          .setRead(10)
          .setApplied(5)
          .setRejected(1)
          .setDuplicate(2)
          .setQuarantined(1)
          .setDlq(1)
          .setNextOffset(10)
          .build();

  private final Fates fates = new Fates(COUNTS.getNextOffset());

  private void add(Fate fate, long... offsets) {
    for (long offset : offsets) {
      fates.add(fate, offset);
    }
  }

  private void addAll() {
    add(Fate.POSTED, 0, 1, 1, 0);
    add(Fate.REJECTED, 2);
    add(Fate.QUARANTINED, 3);
    add(Fate.DLQ, 4);
  }

  private PartitionSum sum(Fate... outOfSight) {
    fates.check(List.of(outOfSight));
    return PartitionSum.of(0, COUNTS, OptionalLong.of(10), fates, List.of(outOfSight));
  }

  @Test
  void aSumWithoutLossOrDuplicateHolds() {
    addAll();

    assertThat(sum().differences()).isEmpty();
    assertThat(sum().found()).containsEntry(Fate.POSTED, 2L).containsEntry(Fate.DLQ, 1L);
  }

  @Test
  void outputsOfInputBehindTheCutAreNotLookedAt() {
    addAll();
    add(Fate.REJECTED, 10, 11);
    add(Fate.POSTED, 12);

    assertThat(sum().differences()).isEmpty();
  }

  @Test
  void aLossAndADuplicateThatCancelInTheCountsAreSeen() {
    add(Fate.POSTED, 0, 0, 0, 1);
    add(Fate.REJECTED, 2);
    add(Fate.QUARANTINED, 3);
    add(Fate.DLQ, 4);

    assertThat(sum().differences())
        .containsExactly(
            "offset 0 is in ledger-entries more than twice",
            "offset 1 is in ledger-entries only once");
  }

  @Test
  void twoFatesOfOneRecordAreSeen() {
    addAll();
    add(Fate.POSTED, 2, 2);

    assertThat(sum().differences()).contains("offset 2 has two fates, one in ledger-entries");
  }

  @Test
  void aLostDeadLetterIsSeen() {
    add(Fate.POSTED, 0, 1, 1, 0);
    add(Fate.REJECTED, 2);
    add(Fate.QUARANTINED, 3);

    assertThat(sum().differences()).containsExactly("1 dlq, 0 of them in payments-dlq");
  }

  @Test
  void whatHasExpiredIsNotCompared() {
    add(Fate.POSTED, 0, 1, 1, 0);
    add(Fate.REJECTED, 2);
    add(Fate.QUARANTINED, 3);

    PartitionSum sum = sum(Fate.DLQ);

    assertThat(sum.differences()).isEmpty();
    assertThat(new TopicsFindings("job", List.of(sum)).notVisible())
        .containsExactly("records of payments-dlq that have expired");
  }

  @Test
  void inputThatWasNotReadIsSeen() {
    addAll();
    fates.check(List.of());

    PartitionSum sum = PartitionSum.of(0, COUNTS, OptionalLong.of(11), fates, List.of());

    assertThat(sum.differences()).containsExactly("11 records in the input, 10 read");
  }

  @Test
  void theCertificateKeepsToItsSchema() throws Exception {
    addAll();
    add(Fate.REJECTED, 2);
    TopicsFindings findings = new TopicsFindings("job", List.of(sum()));

    try (InputStream in = Certificate.class.getResourceAsStream("certificate.schema.json")) {
      JsonSchema schema =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
      assertThat(schema.validate(findings.certificate(Instant.EPOCH).json())).isEmpty();
    }
    assertThat(findings.text())
        .contains("DIFFER", "offset 2 is in payments-rejected more than once");
  }
}
