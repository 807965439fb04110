package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Ends those who hold a lock that this sink waits for and will never release it: a task that was
 * stopped (SIGSTOP, a frozen machine) in the middle of a transaction. Neither statement_timeout nor
 * pg_cancel_backend frees such a lock, since its server process waits for its client.
 */
public final class Blockers {
  // The same role and application_name: never anybody's but this sink's own connection. And it must
  // have waited for its client for long: a busy task is slow, not stopped.
  private static final String TERMINATE =
      """
      SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid))
      FROM unnest(pg_blocking_pids(?)) AS blocker(pid) JOIN pg_stat_activity a USING (pid)
      WHERE a.usename = current_user AND a.application_name = current_setting('application_name')
        AND a.wait_event_type = 'Client'
        AND a.state_change < clock_timestamp() - ? * interval '1 millisecond'""";

  private Blockers() {}

  /**
   * Terminates the connections of this sink that block another one and have waited for their
   * client.
   *
   * @param connection one that isn't blocked itself
   * @param blockedPid the server process that waits
   * @param idleMs how long a blocker must have waited for its client
   * @return how many were terminated
   */
  public static int terminate(Connection connection, int blockedPid, long idleMs)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TERMINATE)) {
      statement.setInt(1, blockedPid);
      statement.setLong(2, idleMs);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
