package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.dedupe.MemoryState.Generation;
import dev.onceflow.sink.dedupe.MemoryState.Range;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads what the database says of a memory. */
final class MemoryReader {
  private MemoryReader() {}

  /** The state as it is now; the caller ends the transaction. */
  static MemoryState read(Connection connection, long effect) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // First: what is read after it may be newer, and is then read again before it is relied upon.
      long version;
      OptionalLong floorMs;
      try (ResultSet row =
          statement.executeQuery(
              "SELECT version, floor_ms FROM onceflow.floors WHERE effect = " + effect)) {
        row.next();
        version = row.getLong(1);
        long floor = row.getLong(2);
        floorMs = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(floor);
      }
      NavigableMap<Long, Range> ranges = new TreeMap<>();
      List<Range> lost = new ArrayList<>();
      readRanges(statement, effect, ranges, lost);
      return new MemoryState(version, floorMs, ranges, lost, generations(statement, effect));
    }
  }

  private static void readRanges(
      Statement statement, long effect, NavigableMap<Long, Range> ranges, List<Range> lost)
      throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            ("SELECT from_ms, to_ms, newest_arrival_ms, to_regclass('%s_' || from_ms / 3600000) IS NULL"
                    + " FROM onceflow.processed_ranges WHERE effect = %d ORDER BY from_ms")
                .formatted(MemoryTables.timed(effect), effect))) {
      while (row.next()) {
        Range range = new Range(row.getLong(1), row.getLong(2), row.getLong(3));
        if (row.getBoolean(4)) {
          lost.add(range);
        } else {
          ranges.put(range.fromMs(), range);
        }
      }
    }
  }

  private static List<Generation> generations(Statement statement, long effect)
      throws SQLException {
    List<Generation> generations = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            ("SELECT generation, from_ms, newest_arrival_ms FROM onceflow.processed_generations"
                    + " WHERE effect = %d ORDER BY generation DESC")
                .formatted(effect))) {
      while (row.next()) {
        generations.add(new Generation(row.getInt(1), row.getLong(2), row.getLong(3)));
      }
    }
    return generations;
  }
}
