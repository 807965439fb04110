package dev.onceflow.outbox.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The committed events of one shard, in their order. Used by one thread. */
final class ShardLog {
  // One statement, so that its rows and its snapshot are of one moment.
  private static final String POLL =
      """
      WITH moment AS (SELECT pg_current_snapshot() AS snapshot),
      next AS (
        SELECT * FROM (
          SELECT seq, slot, txid, id FROM onceflow_outbox.position
          WHERE shard = ? AND seq = ANY(?)
          UNION ALL
          (SELECT seq, slot, txid, id FROM onceflow_outbox.position
           WHERE shard = ? AND seq > ? ORDER BY seq LIMIT ?)) either
        ORDER BY seq LIMIT ?)
      SELECT pg_snapshot_xmin(snapshot)::text, pg_snapshot_xmax(snapshot)::text, seq, topic, key,
        event_id, type, payload, is_json, headers, enqueued_at
      FROM moment LEFT JOIN (next JOIN onceflow_outbox.event USING (slot, txid, id)) ON true
      ORDER BY seq""";

  private static final ObjectReader HEADERS = new ObjectMapper().readerForMapOf(String.class);

  private final Connection connection;
  private final int shard;

  ShardLog(Connection connection, int shard) {
    this.connection = connection;
    this.shard = shard;
  }

  /**
   * What a poll found.
   *
   * @param rows in their order
   * @param cursor where the next one goes on
   */
  record Polled(List<OutboxRow> rows, Cursor cursor) {}

  /** The next rows after a cursor, at most so many; none where there are none now. */
  Polled poll(Cursor cursor, int rowsMax) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(POLL)) {
      statement.setInt(1, shard);
      statement.setArray(2, connection.createArrayOf("bigint", cursor.gaps().keySet().toArray()));
      statement.setInt(3, shard);
      statement.setLong(4, cursor.at());
      statement.setInt(5, rowsMax);
      statement.setInt(6, rowsMax);
      try (ResultSet found = statement.executeQuery()) {
        return polled(cursor, rowsMax, found);
      }
    }
  }

  private static Polled polled(Cursor cursor, int rowsMax, ResultSet found) throws SQLException {
    List<OutboxRow> rows = new ArrayList<>();
    Cursor.Snapshot snapshot = null;
    while (found.next()) {
      snapshot =
          new Cursor.Snapshot(
              Long.parseLong(found.getString(1)), Long.parseLong(found.getString(2)));
      if (found.getObject("seq") != null) {
        rows.add(row(found));
      }
    }
    return new Polled(
        rows,
        cursor.after(snapshot, rows.stream().map(OutboxRow::seq).toList(), rows.size() < rowsMax));
  }

  private static OutboxRow row(ResultSet found) throws SQLException {
    return new OutboxRow(
        found.getLong("seq"),
        found.getString("topic"),
        found.getString("key"),
        found.getString("event_id"),
        found.getString("type"),
        found.getBytes("payload"),
        found.getBoolean("is_json"),
        headers(found.getString("headers")),
        found.getObject("enqueued_at", OffsetDateTime.class).toInstant());
  }

  private static Map<String, String> headers(String json) {
    try {
      return json == null ? Map.of() : HEADERS.readValue(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The database gave headers that are no JSON", e);
    }
  }
}
