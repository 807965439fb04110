package dev.onceflow.sink.dedupe;

import java.sql.SQLException;
import java.sql.Statement;

/**
 * Two advisory locks of the database for each effect keep tasks apart, both held until the end of a
 * transaction, and taken in this order:
 *
 * <pre>
 * layout   taken by whoever makes or drops partitions
 * use      shared by every batch from its verdicts to its commit, and exclusive for who drops:
 *          so nothing is forgotten between a verdict and the effect that follows from it
 * </pre>
 */
final class MemoryLocks {
  // The first half of the locks' keys; any two numbers that nobody else uses.
  private static final int LAYOUT = 1_869_505_379;
  private static final int USE = 1_869_505_380;

  private MemoryLocks() {}

  static void layout(Statement statement, long effect) throws SQLException {
    exclusive(statement, LAYOUT, effect);
  }

  static void use(Statement statement, long effect) throws SQLException {
    exclusive(statement, USE, effect);
  }

  /** The SQL for batches. */
  static String sharedUseSql(long effect) {
    return "SELECT pg_advisory_xact_lock_shared(%d, %d)".formatted(USE, effect);
  }

  private static void exclusive(Statement statement, int lock, long effect) throws SQLException {
    statement.execute("SELECT pg_advisory_xact_lock(%d, %d)".formatted(lock, effect));
  }
}
