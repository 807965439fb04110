package dev.onceflow.cli.audit.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.cli.audit.digest.Difference;
import dev.onceflow.cli.audit.digest.Finding;
import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.digest.RowSums;
import java.io.InputStream;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TableCertificateTest {
  private static final UUID TOPIC_ID = new UUID(1, 2);

  private static JsonSchema schema() throws Exception {
    try (InputStream schema = Certificate.class.getResourceAsStream("certificate.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }
  }

  private static TableFindings findings(long missing, long outOfSight, long records) {
    return findings(Finding.Kind.MISSING, missing, outOfSight, records);
  }

  private static TableFindings findings(
      Finding.Kind kind, long different, long outOfSight, long records) {
    InsertEffect effect =
        InsertEffect.of(
            ConnectorFile.parse(
                "f",
                "name=s\ntables=t\ntable.t.topic=t\ntable.t.effect=insert\ntable.t.event.id=id\n"),
            Optional.empty(),
            Optional.empty());
    NamedDifference named =
        new NamedDifference(
            Finding.Kind.ALTERED,
            Optional.of("id-1"),
            Optional.of(new Place(0, 7, true)),
            1,
            1,
            List.of(new NamedDifference.ColumnDifference("amount", "1", null)));
    NamedDifference unreadable =
        new NamedDifference(
            Finding.Kind.MISSING,
            Optional.empty(),
            Optional.of(new Place(0, 8, true)),
            1,
            0,
            List.of());
    return new TableFindings(
        effect,
        Map.of("database", "shop", "taken_at", "2026-01-01T00:00:00Z", "server_version", "18.1"),
        new TopicFacts(
            Optional.of("cluster"), Optional.of(TOPIC_ID), Optional.of(false), List.of()),
        new Cut("t", Map.of(0, new Cut.Range(5, 12, 5, 3, 0))),
        Optional.of(
            new EarlierAudit(
                "00", "2026-01-01T00:00:00Z", Map.of(0, 5L), List.of(), "00", RowSums.NONE)),
        List.of(new ComparedColumn("id", "uuid", ColumnKind.UUID)),
        Map.of("made_at", "no record sets it"),
        "00".repeat(16),
        Map.of(0, records),
        0,
        0,
        0,
        0,
        false,
        new Difference(
            new RowSums(records, 1, 2),
            new RowSums(records, 1, 2),
            List.of(),
            Map.of(kind, different),
            0,
            0,
            outOfSight,
            Optional.of(new Difference.Earlier(RowSums.NONE, RowSums.NONE))),
        List.of(named, unreadable),
        List.of("partitions that the sink has no fence for: 1"));
  }

  @Test
  void aCertificateKeepsToItsSchemaSignedOrNot() throws Exception {
    Certificate certificate = TableCertificate.of(findings(0, 0, 7), Instant.EPOCH);
    Certificate signed =
        certificate.signed(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());

    assertThat(schema().validate(certificate.json())).isEmpty();
    assertThat(schema().validate(signed.json())).isEmpty();
  }

  /** The control: the schema says no to what is missing, and to what nobody described. */
  @Test
  void theSchemaRefusesWhatIsNoCertificate() throws Exception {
    ObjectNode json = TableCertificate.of(findings(0, 0, 7), Instant.EPOCH).json();
    ObjectNode without = json.deepCopy();
    without.remove("differences");
    ObjectNode more = json.deepCopy();
    more.put("more", 1);
    ObjectNode negative = json.deepCopy();
    ((ObjectNode) negative.get("table")).put("rows", -1);

    assertThat(schema().validate(without)).isNotEmpty();
    assertThat(schema().validate(more)).isNotEmpty();
    assertThat(schema().validate(negative)).isNotEmpty();
  }

  @Test
  void nothingInSightIsNoAgreement() {
    assertThat(findings(0, 0, 7).verdict()).isEqualTo(TableFindings.Verdict.AGREE);
    assertThat(findings(0, 0, 0).verdict()).isEqualTo(TableFindings.Verdict.AGREE);
    assertThat(findings(0, 9, 7).verdict()).isEqualTo(TableFindings.Verdict.AGREE);
    assertThat(findings(0, 9, 0).verdict()).isEqualTo(TableFindings.Verdict.NOTHING_IN_SIGHT);
    assertThat(findings(1, 9, 0).verdict()).isEqualTo(TableFindings.Verdict.DIFFER);
  }

  @Test
  void whatIsUndecidedIsNeitherAgreementNorDifference() {
    assertThat(findings(Finding.Kind.UNDECIDED, 1, 9, 7).verdict())
        .isEqualTo(TableFindings.Verdict.UNDECIDED);
    assertThat(TableReport.of(findings(Finding.Kind.UNDECIDED, 1, 9, 7)))
        .contains("UNDECIDED: 1", "Undecided: ")
        .doesNotContain("DIFFER");
  }

  @Test
  void theReportSaysWhatWasNotCompared() {
    assertThat(TableReport.of(findings(0, 9, 7)))
        .contains(
            "partition 0: offsets 5 to 12, 7 records",
            "of the earlier certificate: 0 rows, all as they were",
            "column made_at not compared: no record sets it",
            "OUT OF SIGHT: 9 rows",
            "not visible: partitions that the sink has no fence for: 1");
  }
}
