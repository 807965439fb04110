package dev.onceflow.sink.batch;

import dev.onceflow.sink.write.Tombstones;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

/** Forgets old tombstones between batches, some at a time. Used by the database's thread. */
final class TombstoneRetention {
  private static final long INTERVAL_MS = 1_000;
  private static final int ROWS_MAX = 10_000;

  private final Tombstones tombstones;
  private final long retentionMs;
  private final InstantSource clock;
  private long lastMs;

  TombstoneRetention(Tombstones tombstones, long retentionMs, InstantSource clock) {
    this.tombstones = tombstones;
    this.retentionMs = retentionMs;
    this.clock = clock;
  }

  /** Forgets some where it is time to, in a transaction of its own. */
  void forgetSome(Connection connection) throws SQLException {
    if (clock.millis() - lastMs >= INTERVAL_MS) {
      lastMs = clock.millis();
      tombstones.forget(connection, retentionMs, ROWS_MAX);
      connection.commit();
    }
  }
}
