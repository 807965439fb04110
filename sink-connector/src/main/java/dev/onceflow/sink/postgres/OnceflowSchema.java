package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The sink's own tables, in schema {@code onceflow} of the target database. They are made on first
 * use; where a database administrator made them, the sink needs no right to create anything but
 * temporary tables.
 */
public final class OnceflowSchema {
  /** The schema's name. */
  public static final String NAME = "onceflow";

  /** The fences, one row for each (sink, run, topic, partition). */
  public static final String FENCE = "onceflow.fence";

  // IF NOT EXISTS alone is no guard: two tasks that start together can both see "not there", and
  // one of them then fails on a unique index of the catalogue. Any fixed number does for the lock.
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  // Not CREATE SCHEMA IF NOT EXISTS: that wants the right to create schemas where it is there, too.
  private static final String[] STATEMENTS = {
    """
    DO $$ BEGIN
      IF to_regnamespace('onceflow') IS NULL THEN CREATE SCHEMA onceflow; END IF;
    END $$""",
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
      advanced_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (sink, run, topic, partition)
    ) WITH (fillfactor = 30)"""
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
        statement.executeQuery("SELECT to_regclass('" + FENCE + "') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }
}
