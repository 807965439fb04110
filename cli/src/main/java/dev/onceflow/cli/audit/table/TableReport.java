package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Finding;
import dev.onceflow.cli.audit.digest.RowSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an audit of a table found, for people. */
final class TableReport {
  private TableReport() {}

  static String of(TableFindings findings) {
    List<String> lines = new ArrayList<>();
    RowSums topic = findings.difference().topic();
    RowSums table = findings.difference().table();
    lines.add(
        "%s against %s, sink %s"
            .formatted(
                findings.cut().topic(), findings.effect().target(), findings.effect().sink()));
    findings
        .cut()
        .partitions()
        .forEach(
            (partition, range) ->
                lines.add(
                    "  partition %d: offsets %d to %d, %d records"
                        .formatted(
                            partition,
                            range.from(),
                            range.to(),
                            findings.records().getOrDefault(partition, 0L))));
    lines.add("  topic: %d records that make rows, digest %s".formatted(topic.rows(), topic.hex()));
    lines.add("  table: %d rows, digest %s".formatted(table.rows(), table.hex()));
    add(lines, "not selected by the table's condition", findings.notSelected());
    add(lines, "tombstones", findings.tombstones());
    add(
        lines,
        "repeated records of events that were there already",
        findings.difference().repeated());
    add(lines, "set aside by the sink (dead letters)", findings.rejected());
    findings
        .difference()
        .earlier()
        .ifPresent(
            rows ->
                lines.add(
                    rows.then().equals(rows.now())
                        ? "  of the earlier certificate: %d rows, all as they were"
                            .formatted(rows.then().rows())
                        : "CHANGED since the earlier certificate: %d rows with digest %s then, %d with %s now"
                            .formatted(
                                rows.then().rows(),
                                rows.then().hex(),
                                rows.now().rows(),
                                rows.now().hex())));
    addOutOfSight(lines, findings);
    findings
        .notCompared()
        .forEach((column, why) -> lines.add("  column %s not compared: %s".formatted(column, why)));
    findings.notVisible().forEach(what -> lines.add("  not visible: " + what));
    for (Finding.Kind kind : Finding.Kind.values()) {
      addDifferences(lines, kind, findings);
    }
    lines.add(verdict(findings));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static void add(List<String> lines, String what, long count) {
    if (count > 0) {
      lines.add("  %s: %d".formatted(what, count));
    }
  }

  private static void addOutOfSight(List<String> lines, TableFindings findings) {
    if (findings.difference().outOfSight() > 0) {
      lines.add(
          "  OUT OF SIGHT: %d rows whose records the topic no longer holds; of these nothing is said"
              .formatted(findings.difference().outOfSight()));
    }
    if (!findings.everyRowHasARecord()) {
      lines.add(
          "  records have expired or were compacted: a row that no event made can't be told from theirs");
    }
  }

  private static void addDifferences(
      List<String> lines, Finding.Kind kind, TableFindings findings) {
    long count = findings.count(kind);
    if (count == 0) {
      return;
    }
    lines.add("%s: %d".formatted(kind.word().toUpperCase(Locale.ROOT), count));
    long named = 0;
    for (NamedDifference difference : findings.named()) {
      if (difference.kind() == kind) {
        lines.add("  " + line(findings.cut().topic(), difference));
        named++;
      }
    }
    if (named < count) {
      lines.add("  and %d more".formatted(count - named));
    }
  }

  private static String line(String topic, NamedDifference difference) {
    StringBuilder line = new StringBuilder();
    line.append(difference.eventId().orElse("a record that fits no row"));
    difference
        .place()
        .ifPresent(
            place ->
                line.append(" (%s-%d-%d)".formatted(topic, place.partition(), place.offset())));
    if (difference.rows() > 1) {
      line.append(": %d rows".formatted(difference.rows()));
    }
    for (NamedDifference.ColumnDifference column : difference.columns()) {
      line.append(
          ": %s expected %s, found %s"
              .formatted(column.column(), column.expected(), column.found()));
    }
    return line.toString();
  }

  private static String verdict(TableFindings findings) {
    return switch (findings.verdict()) {
      case AGREE ->
          "Agree: every record in sight has its row, once, with its content%s."
              .formatted(findings.everyRowHasARecord() ? ", and every row its record" : "");
      case DIFFER -> "DIFFER.";
      case UNDECIDED ->
          "Undecided: the rows named above differ from the first record of their event that is left; whether an earlier one made them is out of sight. All else agrees.";
      case NOTHING_IN_SIGHT ->
          "Nothing can be said: the topic holds no record of any of the table's rows.";
    };
  }
}
