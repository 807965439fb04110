package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * Whether a batch of inserts is worth a try to copy it straight into its target, past the temporary
 * table. It is where no row is there already: one that is makes the server refuse the whole batch,
 * which then goes the long way. After a refusal, twice as many batches as after the one before go
 * the long way without a try; so a replay of known events pays for few of them, and its tries fail
 * at their first rows.
 */
final class DirectCopy {
  private static final int SKIPPED_MAX = 256;

  // unique_violation; deadlock_detected: without an order of keys, two tasks that insert the same
  // events can meet.
  private static final Set<String> REFUSALS = Set.of("23505", "40P01");

  // COPY passes rules by, and is not to be had with row security.
  private static final String IS_POSSIBLE =
      """
      SELECT relkind IN ('r', 'p') AND NOT relhasrules AND NOT relrowsecurity
      FROM pg_class WHERE oid = ?::regclass""";

  private int skipAfterRefusal = 1;
  private int skipped;

  /** Whether COPY into the table does what INSERT would. */
  static boolean isPossible(Connection connection, TargetTable target) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IS_POSSIBLE)) {
      statement.setString(1, target.sqlName());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Keeps the table as it is until the end of the database transaction. */
  static void lock(Connection connection, TargetTable target) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + target.sqlName() + " IN ROW EXCLUSIVE MODE");
    }
  }

  /** Whether the server has refused a direct copy for what the long way can do. */
  static boolean isRefused(SQLException failure) {
    return REFUSALS.contains(String.valueOf(failure.getSQLState()));
  }

  /** Whether to try it with this batch. */
  boolean isWorthTrying() {
    if (skipped > 0) {
      skipped--;
      return false;
    }
    return true;
  }

  void refused() {
    skipped = 1 + skipAfterRefusal; // The refused batch itself comes first.
    skipAfterRefusal = Math.min(SKIPPED_MAX, skipAfterRefusal * 2);
  }

  void succeeded() {
    skipAfterRefusal = 1;
  }
}
