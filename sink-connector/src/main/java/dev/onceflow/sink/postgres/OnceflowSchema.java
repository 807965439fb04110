package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The sink's own tables, in schema {@code onceflow} of the target database. They are made on first
 * use; where a database administrator made them, the sink needs no right to create anything but
 * temporary tables.
 *
 * <p>{@code processed_events} remembers event IDs forever and is not partitioned yet: there is no
 * horizon, so an ID is either new or a duplicate, never unprovable, and the table grows by one row
 * for each event of each accumulate effect.
 */
public final class OnceflowSchema {
  /** The schema's name. */
  public static final String NAME = "onceflow";

  /** The fences, one row for each (sink, run, topic, partition). */
  public static final String FENCE = "onceflow.fence";

  /** Which events took effect, for effects whose table doesn't say it itself. */
  public static final String PROCESSED_EVENTS = "onceflow.processed_events";

  // IF NOT EXISTS alone is no guard: two tasks that start together can both see "not there", and
  // one of them then fails on a unique index of the catalogue. Any fixed number does for the lock.
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  private static final String[] STATEMENTS = {
    "CREATE SCHEMA IF NOT EXISTS onceflow",
    // The topic's ID is a checked column and no part of the key: in the key, a re-created topic
    // would silently get a fresh row. Fill factor: a fence is updated in place with every batch.
    """
    CREATE TABLE IF NOT EXISTS onceflow.fence (
      sink text COLLATE "C" NOT NULL,
      run text COLLATE "C" NOT NULL DEFAULT '',
      topic text COLLATE "C" NOT NULL,
      partition int NOT NULL,
      next_offset bigint NOT NULL,
      epoch bigint NOT NULL,
      owner text NOT NULL,
      generation int NOT NULL DEFAULT 0,
      topic_id uuid,
      last_offset bigint,
      last_timestamp_ms bigint,
      last_key_hash bytea,
      last_event_id text,
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (sink, run, topic, partition)
    ) WITH (fillfactor = 30)""",
    // The event ID leads the key: IDs that carry a time then append to the index.
    """
    CREATE TABLE IF NOT EXISTS onceflow.processed_events (
      event_id text COLLATE "C" NOT NULL,
      effect text COLLATE "C" NOT NULL,
      sink text COLLATE "C" NOT NULL,
      run text COLLATE "C" NOT NULL DEFAULT '',
      PRIMARY KEY (event_id, effect, sink, run)
    )"""
  };

  private OnceflowSchema() {}

  /** Creates what is missing, in a database transaction of its own. */
  static void createIfMissing(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (isThere(statement)) {
        return;
      }
      statement.execute(LOCK);
      for (String sql : STATEMENTS) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  private static boolean isThere(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT to_regclass('"
                + FENCE
                + "') IS NOT NULL AND to_regclass('"
                + PROCESSED_EVENTS
                + "') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }
}
