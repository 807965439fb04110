package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The target database at one moment: fence and table as one repeatable-read snapshot shows them,
 * however long the audit takes and whatever the sink writes meanwhile. One thread at a time.
 */
final class Snapshot implements AutoCloseable {
  private static final Pattern DOT = Pattern.compile("\\.");
  private static final int FETCH_ROWS = 5_000;
  private static final int ANSWER_TIMEOUT_MS = 3_600_000;

  private final Connection connection;

  /** A column of the table. */
  record Column(String name, String type, boolean isEnum) {}

  /**
   * A fence row.
   *
   * @param nextOffset everything below it has been applied
   */
  record FenceRow(long nextOffset, long epoch, int generation, Optional<UUID> topicId) {}

  private Snapshot(Connection connection) {
    this.connection = connection;
  }

  /**
   * Connects, and takes the snapshot.
   *
   * @throws UserException if the database can't be reached, or is not a sink's
   */
  static Snapshot open(String url, Properties properties) {
    try {
      Connection connection = DatabaseOptions.connect(url, properties, "onceflow audit");
      Snapshot snapshot = new Snapshot(connection);
      try {
        // A table without an index on its ID is read whole before a row of one ID comes.
        connection.setNetworkTimeout(Runnable::run, ANSWER_TIMEOUT_MS);
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        snapshot.requireFence();
        return snapshot;
      } catch (SQLException | RuntimeException e) {
        snapshot.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new UserException("The target database can't be read: " + e.getMessage(), e);
    }
  }

  private void requireFence() throws SQLException {
    // The first query: it takes the snapshot.
    if (oneText("SELECT to_regclass('onceflow.fence')::text").isEmpty()) {
      throw new UserException(
          "This database has no table onceflow.fence: --database must be the one that the sink writes to.");
    }
  }

  Connection connection() {
    return connection;
  }

  /** When the snapshot was taken, by the database's clock, and by which database. */
  Map<String, String> identity() {
    Map<String, String> identity = new TreeMap<>();
    oneText("SELECT current_database()").ifPresent(name -> identity.put("database", name));
    oneText("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        .ifPresent(time -> identity.put("taken_at", time));
    oneText("SELECT current_setting('server_version')")
        .ifPresent(version -> identity.put("server_version", version));
    return identity;
  }

  private Optional<String> oneText(String sql) {
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** The fences of live work, by partition. */
  Map<Integer, FenceRow> fences(String sink, String topic) {
    Map<Integer, FenceRow> fences = new TreeMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT partition, next_offset, epoch, generation, topic_id FROM onceflow.fence"
                + " WHERE sink = ? AND run = '' AND topic = ?")) {
      query.setString(1, sink);
      query.setString(2, topic);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          fences.put(
              rows.getInt(1),
              new FenceRow(
                  rows.getLong(2),
                  rows.getLong(3),
                  rows.getInt(4),
                  Optional.ofNullable(rows.getObject(5, UUID.class))));
        }
      }
      return fences;
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /**
   * The table's columns, in their order.
   *
   * @param table as the connector's configuration names it
   * @throws UserException if there is no such table
   */
  List<Column> columns(String table) {
    List<Column> columns = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT a.attname, coalesce(b.typname, t.typname), coalesce(b.typtype, t.typtype) = 'e'
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
            WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""")) {
      query.setString(1, quoted(table));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          columns.add(new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
        }
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
    if (columns.isEmpty()) {
      throw new UserException(
          "This database has no table %s, or shows no column of it to this role.".formatted(table));
    }
    return columns;
  }

  /** A table's name as SQL writes it, the schema in front of a dot. */
  static String quoted(String table) {
    return DOT.splitAsStream(table).map(ComparedColumn::quoted).collect(Collectors.joining("."));
  }

  /** Adds where the dead letters of {@code onceflow.dlq} stand in their topic. */
  void addDeadLetters(String sink, String topic, Offsets offsets) {
    if (oneText("SELECT to_regclass('onceflow.dlq')::text").isEmpty()) {
      return;
    }
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT partition, \"offset\" FROM onceflow.dlq WHERE sink = ? AND run = '' AND topic = ?")) {
      query.setFetchSize(FETCH_ROWS);
      query.setString(1, sink);
      query.setString(2, topic);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          offsets.add(rows.getInt(1), rows.getLong(2));
        }
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  UserException unreadable(SQLException e) {
    return new UserException("The target database can't be read: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server rolls the read-only transaction back.
    }
  }
}
