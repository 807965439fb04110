package dev.onceflow.cli.trace;

import dev.onceflow.cli.UserException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the target database says, in one read-only snapshot, which {@link #begin} begins. Target
 * tables are asked only by columns that an index begins with, so no table is read from end to end,
 * however large it is. {@link #close} ends the snapshot and the connection.
 */
final class TargetDatabase implements AutoCloseable {
  private static final String INDEXED_COLUMNS =
      """
      SELECT DISTINCT n.nspname, c.relname, a.attname, t.typname
      FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class x ON x.oid = i.indexrelid
        JOIN pg_am m ON m.oid = x.relam
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        JOIN pg_type t ON t.oid = a.atttypid
      WHERE i.indisvalid AND i.indpred IS NULL AND m.amname IN ('btree', 'hash')
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND t.typname IN ('uuid', 'text', 'varchar')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'onceflow')
        AND n.nspname NOT LIKE 'pg\\_%'
        AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
      ORDER BY 1, 2, 3\
      """;
  private static final String FENCES =
      """
      SELECT sink, run, topic, partition, next_offset, epoch, owner, generation, last_offset,
        greatest(updated_at, advanced_at)::text AS updated_at
      FROM onceflow.fence WHERE topic = ? AND partition = ? ORDER BY sink, run\
      """;
  private static final String DEAD_LETTERS =
      """
      SELECT sink, run, topic, partition, "offset", state, reason, target_table, message,
        last_at::text
      FROM onceflow.dlq WHERE topic = ? AND partition = ? AND "offset" = ? ORDER BY sink, run\
      """;
  private static final String REMEMBERED =
      """
      SELECT f.sink, f.run, f.name AS effect, p.event_id::text
      FROM onceflow.%s p JOIN onceflow.floors f ON f.effect = p.effect
      WHERE p.event_id = ANY (?) ORDER BY 1, 2, 3, 4\
      """;
  private static final int ROWS_MAX = 100;
  private static final String PATIENCE = "SET LOCAL statement_timeout = '30s'";

  private final Connection connection;

  TargetDatabase(Connection connection) {
    this.connection = connection;
  }

  /** Begins the snapshot. */
  void begin() {
    try {
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(PATIENCE);
      }
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /**
   * A row of a target table.
   *
   * @param found the value that it was found by
   * @param row all of it, as JSON
   */
  record Row(String table, String column, String found, String row) {}

  /** The rows that have one of {@code values} in a column that an index begins with. */
  List<Row> rows(Collection<String> values) {
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet columns = statement.executeQuery(INDEXED_COLUMNS)) {
      while (columns.next()) {
        String table = quoted(columns.getString(1)) + "." + quoted(columns.getString(2));
        rows.addAll(
            rows(
                columns.getString(1) + "." + columns.getString(2),
                table,
                columns.getString(3),
                columns.getString(4).equals("uuid"),
                values));
      }
      return rows;
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private List<Row> rows(
      String name, String table, String column, boolean uuids, Collection<String> values)
      throws SQLException {
    String sql =
        "SELECT t.%1$s::text, row_to_json(t)::text FROM %2$s t WHERE t.%1$s = ANY (?) LIMIT %3$d"
            .formatted(quoted(column), table, ROWS_MAX);
    Object[] wanted =
        uuids
            ? values.stream().map(TargetDatabase::uuid).flatMap(Optional::stream).toArray()
            : values.toArray();
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setArray(1, connection.createArrayOf(uuids ? "uuid" : "text", wanted));
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          rows.add(new Row(name, column, found.getString(1), found.getString(2)));
        }
      }
    }
    return rows;
  }

  /** The fences of a partition, of all sinks and runs. */
  List<Map<String, Object>> fences(String topic, int partition) {
    return select("fence", FENCES, topic, partition);
  }

  /** What a sink could not store of a record. */
  List<Map<String, Object>> deadLetters(String topic, int partition, long offset) {
    return select("dlq", DEAD_LETTERS, topic, partition, offset);
  }

  /** The effects that remember an event ID as processed. */
  List<Map<String, Object>> remembered(String eventId) {
    Optional<UUID> timed = uuid(eventId).filter(id -> id.version() == 7);
    return timed.isPresent()
        ? select(
            "processed_events",
            REMEMBERED.formatted("processed_events"),
            (Object) new Object[] {timed.get()})
        : select(
            "processed_events_opaque",
            REMEMBERED.formatted("processed_events_opaque"),
            (Object) new Object[] {hash(eventId)});
  }

  /** Rows of one of the sink's own tables; none where it is not there. */
  private List<Map<String, Object>> select(String table, String sql, Object... parameters) {
    List<Map<String, Object>> rows = new ArrayList<>();
    try {
      if (!isThere(table)) {
        return rows;
      }
      try (PreparedStatement query = connection.prepareStatement(sql)) {
        for (int i = 0; i < parameters.length; i++) {
          if (parameters[i] instanceof Object[] ids) {
            query.setArray(i + 1, connection.createArrayOf("uuid", ids));
          } else {
            query.setObject(i + 1, parameters[i]);
          }
        }
        try (ResultSet found = query.executeQuery()) {
          int columns = found.getMetaData().getColumnCount();
          while (found.next()) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int i = 1; i <= columns; i++) {
              row.put(found.getMetaData().getColumnLabel(i), found.getObject(i));
            }
            rows.add(row);
          }
        }
      }
      return rows;
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private boolean isThere(String table) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      query.setString(1, "onceflow." + table);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
    } catch (IllegalArgumentException notAUuid) {
      return Optional.empty();
    }
  }

  /** How the sink's memory keeps an ID that is no UUIDv7: hashed, with its length in front. */
  private static UUID hash(String eventId) {
    byte[] text = eventId.getBytes(StandardCharsets.UTF_8);
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).flip());
      ByteBuffer hash = ByteBuffer.wrap(sha256.digest(text));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static UserException refused(SQLException e) {
    return new UserException(
        "The target database can't be read: %s (SQLSTATE %s)."
            .formatted(e.getMessage(), e.getSQLState()),
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was changed.
    }
  }
}
