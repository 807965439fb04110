package dev.onceflow.sink.deadletter;

import dev.onceflow.sink.failure.Failure;
import dev.onceflow.sink.record.Coordinates;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * {@code onceflow.dlq}: records that can't be stored, written in the database transaction that
 * moves the fence past them. So a crash leaves both or neither, and each such record is there once,
 * whereas Connect's dead letter queue may hold it twice. One instance belongs to one task.
 *
 * <p>A record is kept as the task has it, behind converters and transforms: bytes as bytes, all
 * else as JSON. One that comes again after the fence was set back is the same row, {@code new}
 * again, with its latest reason. A row's state is for readers of the table: whether a record was
 * sent to its topic again ({@code redriven}) or given up ({@code closed}) is decided in Kafka by
 * {@code onceflow dlq}, which sets the state afterwards.
 */
public final class DeadLetterTable {
  private static final String LIVE_RUN = "";
  private static final long NO_TIMESTAMP = -1;

  // As for the sink's other tables: two tasks that start together could both see "not there".
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  private static final String[] CREATE = {
    "CREATE SCHEMA IF NOT EXISTS onceflow",
    // The timestamp is in the key for topics whose ID isn't known: made again, they have the same
    // offsets, and what was kept of the one before must stay.
    """
    CREATE TABLE IF NOT EXISTS onceflow.dlq (
      sink text COLLATE "C" NOT NULL,
      run text COLLATE "C" NOT NULL DEFAULT '',
      topic text COLLATE "C" NOT NULL,
      topic_id uuid NOT NULL,
      partition int NOT NULL,
      "offset" bigint NOT NULL,
      timestamp_ms bigint NOT NULL,
      state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'redriven', 'closed')),
      reports int NOT NULL DEFAULT 1,
      first_at timestamptz NOT NULL DEFAULT now(),
      last_at timestamptz NOT NULL DEFAULT now(),
      reason text NOT NULL,
      sqlstate text,
      target_table text,
      target_column text,
      "constraint" text,
      message text NOT NULL,
      key_schema text,
      key_bytes bytea,
      key_json json,
      value_schema text,
      value_bytes bytea,
      value_json json,
      headers json NOT NULL,
      PRIMARY KEY (sink, run, topic, topic_id, partition, "offset", timestamp_ms)
    )""",
    // What is left to be redriven.
    """
    CREATE INDEX IF NOT EXISTS dlq_new ON onceflow.dlq (sink, last_at) WHERE state = 'new'"""
  };

  private static final String INSERT =
      """
      INSERT INTO onceflow.dlq AS d (sink, run, topic, topic_id, partition, "offset", timestamp_ms,
        reason, sqlstate, target_table, target_column, "constraint", message,
        key_schema, key_bytes, key_json, value_schema, value_bytes, value_json, headers)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json, ?, ?, ?::json, ?::json)
      ON CONFLICT (sink, run, topic, topic_id, partition, "offset", timestamp_ms) DO UPDATE
      SET state = 'new', reports = d.reports + 1, last_at = now(), reason = excluded.reason,
        sqlstate = excluded.sqlstate, target_table = excluded.target_table,
        target_column = excluded.target_column, "constraint" = excluded."constraint",
        message = excluded.message, key_schema = excluded.key_schema,
        key_bytes = excluded.key_bytes, key_json = excluded.key_json,
        value_schema = excluded.value_schema, value_bytes = excluded.value_bytes,
        value_json = excluded.value_json, headers = excluded.headers""";
  private static final UUID NO_TOPIC_ID = new UUID(0, 0);

  private final String sink;

  /** The dead letters of one sink. */
  public DeadLetterTable(String sink) {
    this.sink = sink;
  }

  /**
   * Makes the table where it is missing, in a database transaction of its own. Where a database
   * administrator made it, no right to make it is needed.
   */
  public void createIfMissing(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!isThere(statement)) {
        statement.execute(LOCK);
        for (String sql : CREATE) {
          statement.execute(sql);
        }
      }
      connection.commit();
    }
  }

  private static boolean isThere(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT to_regclass('onceflow.dlq') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /**
   * Keeps dead letters, in the current transaction; doesn't commit.
   *
   * @throws ConnectException where the table itself refuses one: looked for as a record that the
   *     target tables refuse, it would never be found
   */
  public void write(Connection connection, List<DeadLetter> letters) throws SQLException {
    if (letters.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (DeadLetter letter : letters) {
        bind(statement, letter);
        statement.addBatch();
      }
      statement.executeBatch();
    } catch (SQLException e) {
      if (Failure.of(e) == Failure.ISOLATE) {
        throw new ConnectException(
            "onceflow.dlq refuses records that can't be stored elsewhere either (SQLSTATE %s): was the table changed?"
                .formatted(e.getSQLState()),
            e);
      }
      throw e;
    }
  }

  private void bind(PreparedStatement statement, DeadLetter letter) throws SQLException {
    SinkRecord record = letter.record();
    statement.setString(1, sink);
    statement.setString(2, LIVE_RUN);
    statement.setString(3, Coordinates.topic(record));
    statement.setObject(4, letter.topicId().orElse(NO_TOPIC_ID), Types.OTHER);
    statement.setInt(5, Coordinates.partition(record));
    statement.setLong(6, Coordinates.offset(record));
    statement.setLong(7, record.timestamp() == null ? NO_TIMESTAMP : record.timestamp());
    bindReason(statement, 8, letter.reason());
    bindPart(statement, 14, record.keySchema(), record.key());
    bindPart(statement, 17, record.valueSchema(), record.value());
    statement.setString(20, headers(record));
  }

  private static void bindReason(PreparedStatement statement, int first, Exception reason)
      throws SQLException {
    if (reason instanceof RejectedRecordException rejected) {
      RejectionCause cause = rejected.rejectionCause();
      statement.setString(first, cause.word());
      statement.setString(first + 1, cause.sqlState().orElse(null));
      statement.setString(first + 2, cause.table().orElse(null));
      statement.setString(first + 3, cause.column().orElse(null));
      statement.setString(first + 4, cause.constraint().orElse(null));
      statement.setString(first + 5, rejected.sentence());
    } else {
      statement.setString(first, "other");
      for (int i = 1; i <= 4; i++) {
        statement.setString(first + i, null);
      }
      statement.setString(first + 5, String.valueOf(reason.getMessage()));
    }
  }

  private static void bindPart(PreparedStatement statement, int first, Schema schema, Object part)
      throws SQLException {
    statement.setString(first, schema == null ? null : name(schema));
    Optional<byte[]> bytes = bytes(part);
    statement.setBytes(first + 1, bytes.orElse(null));
    statement.setString(first + 2, part == null || bytes.isPresent() ? null : LenientJson.of(part));
  }

  private static String name(Schema schema) {
    String name = schema.name() == null ? schema.type().getName() : schema.name();
    return schema.version() == null ? name : name + " version " + schema.version();
  }

  private static Optional<byte[]> bytes(Object part) {
    if (part instanceof byte[] bytes) {
      return Optional.of(bytes);
    }
    return part instanceof ByteBuffer buffer
        ? Optional.of(LenientJson.bytes(buffer))
        : Optional.empty();
  }

  /** In their order; a key may stand there twice. */
  private static String headers(SinkRecord record) {
    List<Map<String, Object>> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("key", header.key());
      boolean isBytes = bytes(header.value()).isPresent();
      entry.put(isBytes ? "base64" : "value", header.value());
      headers.add(entry);
    }
    return LenientJson.of(headers);
  }
}
