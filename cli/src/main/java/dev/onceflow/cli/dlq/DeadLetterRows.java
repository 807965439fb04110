package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.dlq.TableRow.From;
import dev.onceflow.cli.dlq.TableRow.Kept;
import dev.onceflow.cli.dlq.TableRow.Part;
import dev.onceflow.cli.dlq.TableRow.State;
import dev.onceflow.cli.dlq.TableRow.Why;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What one sink keeps of one input in {@code onceflow.dlq}. Each statement is a database
 * transaction of its own, so a command that takes hours holds nothing up. Used by one thread;
 * {@link #close} closes the connection.
 */
final class DeadLetterRows implements RowStates, AutoCloseable {
  static final String APPLICATION = "onceflow dlq";

  private static final String OF_SINK = " WHERE sink = ? AND run = '' AND topic = ?";
  private static final String OF_ROW =
      OF_SINK + " AND topic_id = ? AND partition = ? AND \"offset\" = ? AND timestamp_ms = ?";

  // The order of the input, and so of each key.
  private static final String PLACES =
      "SELECT topic_id, partition, \"offset\", timestamp_ms FROM onceflow.dlq"
          + OF_SINK
          + " ORDER BY partition, \"offset\", timestamp_ms, topic_id";
  private static final String ROW =
      """
      SELECT state, (extract(epoch FROM first_at) * 1000)::bigint AS first_ms, reason, sqlstate,
        target_table, target_column, "constraint", message, key_bytes, key_json::text AS key_json,
        value_bytes, value_json::text AS value_json, headers::text AS headers
      FROM onceflow.dlq"""
          + OF_ROW;
  private static final String SET_STATE =
      "UPDATE onceflow.dlq SET state = ?" + OF_ROW + " AND state = 'new'";
  private static final String DELETE = "DELETE FROM onceflow.dlq" + OF_SINK + " AND state <> 'new'";

  private static final Map<String, String> PARTS =
      Map.of(
          "reason", "reason",
          "sqlstate", "sqlstate",
          "table", "target_table",
          "column", "target_column",
          "constraint", "constraint");

  private final Connection connection;
  private final String sink;
  private final String topic;

  private DeadLetterRows(Connection connection, String sink, String topic) {
    this.connection = connection;
    this.sink = sink;
    this.topic = topic;
  }

  /**
   * The rows of a sink.
   *
   * @param connection in auto-commit mode; closed with this
   * @param sink its {@code sink.name}
   * @param topic the input
   * @throws UserException if the database has no such table
   */
  static DeadLetterRows open(Connection connection, String sink, String topic) {
    DeadLetterRows rows = new DeadLetterRows(connection, sink, topic);
    try (PreparedStatement query = connection.prepareStatement("SELECT to_regclass(?)")) {
      query.setString(1, "onceflow.dlq");
      try (ResultSet row = query.executeQuery()) {
        if (row.next() && row.getString(1) != null) {
          return rows;
        }
      }
    } catch (SQLException e) {
      rows.close();
      throw refused(e);
    }
    rows.close();
    throw new UserException(
        "This database has no table onceflow.dlq: it must be the one that the sink writes to, with dlq.table=true.");
  }

  /** The input that they are of. */
  String topic() {
    return topic;
  }

  String sink() {
    return sink;
  }

  /** Where the records were read that are kept now, in the order of the input's partitions. */
  List<From> places() {
    List<From> places = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(PLACES)) {
      query.setString(1, sink);
      query.setString(2, topic);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          places.add(
              new From(
                  topic,
                  rows.getObject("topic_id", UUID.class),
                  rows.getInt("partition"),
                  rows.getLong("offset"),
                  rows.getLong("timestamp_ms")));
        }
      }
    } catch (SQLException e) {
      throw refused(e);
    }
    return places;
  }

  /**
   * A row as it is now; empty where it is gone.
   *
   * @param inputId the input's ID now; empty where there is none
   */
  Optional<TableRow> find(From from, String inputId) {
    try (PreparedStatement query = connection.prepareStatement(ROW)) {
      bind(query, 1, from);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(read(from, row, inputId)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private TableRow read(From from, ResultSet row, String inputId) throws SQLException {
    TreeMap<String, String> parts = new TreeMap<>();
    for (Map.Entry<String, String> part : PARTS.entrySet()) {
      String text = row.getString(part.getValue());
      if (text != null) {
        parts.put(part.getKey(), text);
      }
    }
    return new TableRow(
        from,
        new Why(
            sink, parts, row.getString("message"), Instant.ofEpochMilli(row.getLong("first_ms"))),
        new Kept(
            new Part(row.getBytes("key_bytes"), row.getString("key_json")),
            new Part(row.getBytes("value_bytes"), row.getString("value_json")),
            row.getString("headers")),
        State.ofWord(row.getString("state")),
        inputId);
  }

  @Override
  public void set(TableRow row, State state) {
    try (PreparedStatement update = connection.prepareStatement(SET_STATE)) {
      update.setString(1, state.word());
      bind(update, 2, row.from());
      update.executeUpdate();
    } catch (SQLException e) {
      throw new UserException(
          """
          What was decided stands in Kafka, but the state of row %s of onceflow.dlq can't be set: %s \
          (SQLSTATE %s). The same command sets it, sends nothing twice, and goes on."""
              .formatted(row.incarnation(), e.getMessage(), e.getSQLState()),
          e);
    }
  }

  private void bind(PreparedStatement statement, int first, From from) throws SQLException {
    statement.setString(first, sink);
    statement.setString(first + 1, topic);
    statement.setObject(first + 2, from.topicId(), Types.OTHER);
    statement.setInt(first + 3, from.partition());
    statement.setLong(first + 4, from.offset());
    statement.setLong(first + 5, from.timestampMs());
  }

  /** Deletes the rows that were dealt with, for good. */
  void deleteDealtWith() {
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setString(1, sink);
      delete.setString(2, topic);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private static UserException refused(SQLException e) {
    return new UserException(
        "The target database refuses: %s (SQLSTATE %s).".formatted(e.getMessage(), e.getSQLState()),
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is open: each statement was committed.
    }
  }
}
