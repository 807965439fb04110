package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.literal;

import dev.onceflow.sink.postgres.TargetTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What is known of keys whose rows were deleted, in {@code onceflow.tombstones}: the version that
 * the row had, so that an older record that comes late doesn't bring it back, and the position of
 * the delete, so that the delete, when it comes again, doesn't take away a row that came after it.
 * A tombstone stays when its key gets a row again. A key that moved to another partition, since
 * some were added, has one for each.
 */
public final class Tombstones {
  /** The table. */
  public static final String TABLE = "onceflow.tombstones";

  /** Columns that identify a tombstone. */
  static final String KEY = "sink, run, target, key, position";

  // The same number as for the other tables of the schema: two tasks that start together.
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS onceflow.tombstones (
        sink text COLLATE "C" NOT NULL,
        run text COLLATE "C" NOT NULL DEFAULT '',
        target text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        version text,
        generation int NOT NULL DEFAULT 0,
        position text COLLATE "C" NOT NULL,
        log_offset bigint NOT NULL,
        deleted_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key, target, sink, run, position)
      )""";
  // Rows come in the order of deleted_at: such an index costs next to nothing.
  private static final String CREATE_INDEX =
      "CREATE INDEX IF NOT EXISTS tombstones_deleted_at ON onceflow.tombstones USING brin (deleted_at)";
  // A replay's fences hold them as they hold the memory: a replay that was paused for longer than
  // the retention would bring back what was deleted behind its end.
  private static final String FORGET =
      """
      DELETE FROM onceflow.tombstones WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM onceflow.tombstones
        WHERE sink = ? AND deleted_at < now() - ? * interval '1 millisecond'
        AND NOT EXISTS (SELECT FROM onceflow.fence WHERE sink = ? AND run <> '')
        LIMIT ? FOR UPDATE SKIP LOCKED))""";

  private final String sink;

  /** Those of one sink. */
  public Tombstones(String sink) {
    this.sink = sink;
  }

  /** Creates the table in a database transaction of its own. */
  static void createIfMissing(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT to_regclass('" + TABLE + "') IS NULL")) {
        row.next();
        if (!row.getBoolean(1)) {
          return;
        }
      }
      statement.execute(LOCK);
      statement.execute(CREATE);
      statement.execute(CREATE_INDEX);
      connection.commit();
    }
  }

  /**
   * Forgets some of the oldest, and none while the sink has a replay; the caller commits.
   *
   * @param retentionMs for how long a record that is older than a delete could still come
   * @return how many were forgotten; as many as {@code limit} where there are more
   */
  public int forget(Connection connection, long retentionMs, int limit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
      statement.setString(1, sink);
      statement.setLong(2, retentionMs);
      statement.setString(3, sink);
      statement.setInt(4, limit);
      return statement.executeUpdate();
    }
  }

  /** The values of the first columns of {@link #KEY}. */
  String owner(TargetTable target) {
    return literal(sink) + ", '', " + literal(target.sqlName());
  }

  /**
   * The condition that a key has a tombstone, which has the alias t, of which something is true.
   *
   * <p>OFFSET 0 keeps it a look-up by the index for each key. As a join it would be planned by what
   * is known of the table, which is nothing before it is first analysed: then it is read as a whole
   * for each row, and later, once it is large, for each batch. Where there are none at all, nothing
   * is looked up.
   */
  String exists(TargetTable target, String keyText, String condition) {
    return ("((SELECT EXISTS (SELECT FROM %1$s)) AND EXISTS (SELECT FROM %1$s AS t WHERE t.key = %2$s"
            + " AND t.target = %3$s AND t.sink = %4$s AND t.run = '' AND %5$s OFFSET 0))")
        .formatted(TABLE, keyText, literal(target.sqlName()), literal(sink), condition);
  }
}
