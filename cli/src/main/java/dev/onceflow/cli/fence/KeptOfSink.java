package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All that a sink keeps under its name, in the transaction of {@link FenceTable}. */
final class KeptOfSink {
  /** What it works by. The memory's own tables hang on {@code floors}, by the effect's number. */
  private static final List<String> TABLES = List.of("fence", "floors", "tombstones", "dlq");

  private static final String CONNECTED =
      "SELECT count(*) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name = ?";
  private static final String UNFINISHED =
      "SELECT count(*) FROM onceflow.replays WHERE sink = ? AND finished_at IS NULL";
  private static final int NAME_BYTES_MAX = 63;

  private final Connection connection;

  KeptOfSink(Connection connection) {
    this.connection = connection;
  }

  /**
   * Rows that have changed their name.
   *
   * @param table by its whole name
   */
  record Moved(String table, long rows) {}

  /**
   * A task that runs would miss its fence and, with {@code fence.initial=earliest}, begin again; a
   * replay would go on under a name whose memory is gone.
   *
   * @throws UserException if a task of either is connected, a replay is unfinished, or the new name
   *     is taken
   */
  void refuseUnlessAtRest(String sink, String to) {
    try {
      long tasks = count(CONNECTED, applicationName(sink)) + count(CONNECTED, applicationName(to));
      if (tasks > 0) {
        throw new UserException(
            "%d connections of tasks of sink %s or %s are open: delete the connector, or stop it, then move."
                .formatted(tasks, sink, to));
      }
      if (isThere("replays") && count(UNFINISHED, sink) > 0) {
        throw new UserException(
            "Sink %s has an unfinished replay: let it end, or cancel it with 'onceflow replay cancel'."
                .formatted(sink));
      }
      for (String table : TABLES) {
        if (isThere(table)
            && count("SELECT count(*) FROM onceflow." + table + " WHERE sink = ?", to) > 0) {
          throw new UserException(
              "onceflow.%s has rows of sink %s already: two sinks can't become one. Give a name that is free."
                  .formatted(table, to));
        }
      }
    } catch (SQLException e) {
      throw FenceTable.refused(e);
    }
  }

  /** Gives the rows of each table the new name; a table that was never made has none. */
  List<Moved> move(String sink, String to) {
    List<Moved> moved = new ArrayList<>();
    try {
      for (String table : TABLES) {
        if (isThere(table)) {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE onceflow." + table + " SET sink = ? WHERE sink = ?")) {
            statement.setString(1, to);
            statement.setString(2, sink);
            moved.add(new Moved("onceflow." + table, statement.executeUpdate()));
          }
        }
      }
      return moved;
    } catch (SQLException e) {
      throw FenceTable.refused(e);
    }
  }

  /** What the sink's tasks call themselves: printable ASCII, cut at PostgreSQL's longest. */
  static String applicationName(String sink) {
    String name =
        ("onceflow-sink " + sink)
            .codePoints()
            .mapToObj(c -> c >= ' ' && c < 0x7F ? Character.toString(c) : "?")
            .collect(Collectors.joining());
    return name.substring(0, Math.min(name.length(), NAME_BYTES_MAX));
  }

  private boolean isThere(String table) throws SQLException {
    return count("SELECT count(to_regclass(?))", "onceflow." + table) > 0;
  }

  private long count(String sql, String value) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, value);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
