package dev.onceflow.sink.batch;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * What the row of a replay in {@code onceflow.replays} tells its tasks to do.
 *
 * @param isHeld whether nothing is taken for now
 * @param ratePerSecond records of all tasks; empty for as fast as they can
 */
record RunOrder(boolean isHeld, OptionalLong ratePerSecond) {
  /** Before anything was looked up. */
  static final RunOrder HOLD = new RunOrder(true, OptionalLong.empty());

  private static final String READ = "SELECT state, rate FROM onceflow.replays WHERE run = ?";

  /**
   * Looks it up, in a database transaction of its own.
   *
   * @throws RunEndedException if there is no such replay any more, or it is over
   */
  static RunOrder read(Connection connection, String run) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(READ)) {
      query.setString(1, run);
      try (ResultSet row = query.executeQuery()) {
        String state = row.next() ? row.getString(1) : "";
        boolean isHeld = state.equals("planning") || state.equals("paused");
        if (!isHeld && !state.equals("running")) {
          connection.rollback();
          throw new RunEndedException(run);
        }
        long rate = row.getLong(2);
        OptionalLong limit = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(rate);
        connection.commit();
        return new RunOrder(isHeld, limit);
      }
    }
  }
}
