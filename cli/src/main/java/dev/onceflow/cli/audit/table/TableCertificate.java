package dev.onceflow.cli.audit.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.cli.audit.digest.Difference;
import dev.onceflow.cli.audit.digest.Finding;
import dev.onceflow.cli.audit.digest.RowSums;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The certificate of one table's audit. */
final class TableCertificate {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TableCertificate() {}

  static Certificate of(TableFindings findings, Instant now) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", Certificate.FORMAT)
        .put("kind", "table")
        .put("made_at", now.toString())
        .put("verdict", findings.verdict().name().toLowerCase(Locale.ROOT))
        .put("sink", findings.effect().sink());
    ObjectNode database = root.putObject("database");
    findings.database().forEach(database::put);
    addTopic(root.putObject("topic"), findings);
    addTable(root.putObject("table"), findings);
    root.putObject("digest").put("algorithm", "sum-sha256-128").put("key", findings.digestKey());
    ObjectNode differences = root.putObject("differences");
    for (Finding.Kind kind : Finding.Kind.values()) {
      differences.put(kind.word(), findings.count(kind));
    }
    addNamed(differences.putArray("named"), findings);
    findings
        .since()
        .ifPresent(
            since -> addSince(root.putObject("since"), since, findings.difference().earlier()));
    addOutOfSight(root.putObject("out_of_sight"), findings);
    ArrayNode notVisible = root.putArray("not_visible");
    findings.notVisible().forEach(notVisible::add);
    return new Certificate(root);
  }

  private static void addTopic(ObjectNode topic, TableFindings findings) {
    topic.put("name", findings.cut().topic());
    findings.topicFacts().topicId().ifPresent(id -> topic.put("id", id.toString()));
    findings.topicFacts().cluster().ifPresent(id -> topic.put("cluster", id));
    ArrayNode partitions = topic.putArray("partitions");
    findings
        .cut()
        .partitions()
        .forEach(
            (partition, range) ->
                partitions
                    .addObject()
                    .put("partition", partition)
                    .put("from", range.from())
                    .put("to", range.to())
                    .put("records", findings.records().getOrDefault(partition, 0L))
                    .put("fence_epoch", range.epoch())
                    .put("fence_generation", range.generation()));
    topic
        .put("records", findings.records().values().stream().mapToLong(n -> n).sum())
        .put("tombstones", findings.tombstones())
        .put("not_selected", findings.notSelected())
        .put("repeated", findings.difference().repeated())
        .put("rejected", findings.rejected())
        .put("unreadable", findings.unreadable());
    add(topic, "expected_rows", findings.difference().topic());
  }

  private static void addTable(ObjectNode table, TableFindings findings) {
    table.put("name", findings.effect().target());
    ArrayNode columns = table.putArray("columns");
    for (ComparedColumn column : findings.columns()) {
      columns.addObject().put("name", column.name()).put("type", column.type());
    }
    ObjectNode notCompared = table.putObject("not_compared");
    for (Map.Entry<String, String> column : findings.notCompared().entrySet()) {
      notCompared.put(column.getKey(), column.getValue());
    }
    add(table, "rows", findings.difference().table());
  }

  private static void add(ObjectNode side, String counted, RowSums sums) {
    side.put(counted, sums.rows()).put("digest", sums.hex());
  }

  private static void addNamed(ArrayNode named, TableFindings findings) {
    for (NamedDifference difference : findings.named()) {
      ObjectNode json = named.addObject().put("kind", difference.kind().word());
      difference.eventId().ifPresent(id -> json.put("event_id", id));
      difference
          .place()
          .ifPresent(
              place -> json.put("partition", place.partition()).put("offset", place.offset()));
      json.put("records", difference.records()).put("rows", difference.rows());
      if (!difference.columns().isEmpty()) {
        ArrayNode columns = json.putArray("columns");
        for (NamedDifference.ColumnDifference column : difference.columns()) {
          columns
              .addObject()
              .put("column", column.column())
              .put("expected", column.expected())
              .put("found", column.found());
        }
      }
    }
  }

  private static void addSince(
      ObjectNode json, EarlierAudit since, Optional<Difference.Earlier> earlier) {
    json.put("fingerprint", since.fingerprint()).put("made_at", since.madeAt());
    earlier.ifPresent(
        rows -> {
          add(json.putObject("then"), "rows", rows.then());
          add(json.putObject("now"), "rows", rows.now());
        });
  }

  private static void addOutOfSight(ObjectNode outOfSight, TableFindings findings) {
    outOfSight
        .put("rows", findings.difference().outOfSight())
        .put("foreign_rows_can_be_told", findings.everyRowHasARecord());
    long expired = findings.cut().partitions().values().stream().mapToLong(Cut.Range::from).sum();
    outOfSight.put("offsets_before_the_log", expired);
  }
}
