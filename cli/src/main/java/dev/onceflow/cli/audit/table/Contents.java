package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The contents of single rows, read again to say what differs. */
final class Contents {
  private Contents() {}

  static Optional<byte[][]> ofRecord(TopicRows topic, Place place, int columns) {
    List<byte[][]> found = new ArrayList<>();
    topic.forEachAt(place, (row, at) -> found.add(TableRows.values(row, columns)));
    return found.stream().findFirst();
  }

  static Optional<byte[][]> ofRow(TableRows table, String id, int columns) {
    List<byte[][]> found = new ArrayList<>();
    table.forEachOf(id, (row, at) -> found.add(TableRows.values(row, columns)));
    return found.stream().findFirst();
  }

  static List<NamedDifference.ColumnDifference> differences(
      List<ComparedColumn> columns, Optional<byte[][]> expected, Optional<byte[][]> found) {
    List<NamedDifference.ColumnDifference> differences = new ArrayList<>();
    if (expected.isEmpty() || found.isEmpty()) {
      return differences;
    }
    for (int i = 0; i < columns.size(); i++) {
      byte[] should = expected.get()[i];
      byte[] is = found.get()[i];
      if (!Arrays.equals(should, is)) {
        ColumnKind kind = columns.get(i).kind();
        differences.add(
            new NamedDifference.ColumnDifference(
                columns.get(i).name(), text(kind, should), text(kind, is)));
      }
    }
    return differences;
  }

  private static String text(ColumnKind kind, byte[] value) {
    return value == null ? null : kind.text(value);
  }
}
