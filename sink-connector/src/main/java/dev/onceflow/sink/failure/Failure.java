package dev.onceflow.sink.failure;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a database's failure calls for, by SQLSTATE (PostgreSQL documentation, appendix A) and never
 * by message text.
 */
public enum Failure {
  /** Trouble of the database itself: the same records again, later. Never sends one to the DLQ. */
  RETRY,
  /** Some record of the batch can't be stored: find it. */
  ISOLATE,
  /** Neither time nor another record helps: a table is missing, a right, the sink is wrong. */
  FATAL;

  // 08 connection, 53 insufficient resources, 57 operator intervention, 58 system error.
  private static final Set<String> RETRIED_CLASSES = Set.of("08", "53", "57", "58");
  // Serialization failure, unknown completion, deadlock; lock not available; idle in transaction
  // or transaction timeout; read-only (a standby during failover).
  private static final Set<String> RETRIED_STATES =
      Set.of("40001", "40003", "40P01", "55P03", "25P03", "25P04", "25006");
  // 22 data exception, 23 integrity constraint violation, 44 WITH CHECK OPTION, P0 PL/pgSQL.
  private static final Set<String> ISOLATED_CLASSES = Set.of("22", "23", "44", "P0");
  private static final String SYNTAX_ERROR = "42601";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Classifies a failure. */
  public static Failure of(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.length() != 5) {
      return failure.getCause() instanceof IOException ? RETRY : FATAL;
    }
    if (RETRIED_STATES.contains(state) || RETRIED_CLASSES.contains(state.substring(0, 2))) {
      return RETRY;
    }
    return ISOLATED_CLASSES.contains(state.substring(0, 2)) || isBadInput(failure)
        ? ISOLATE
        : FATAL;
  }

  /**
   * Some types (ltree, tsvector) call a text that they can't read a syntax error. One of a
   * statement says where in the statement it is, and one of a function or trigger which it is.
   */
  private static boolean isBadInput(SQLException failure) {
    ServerErrorMessage error =
        failure instanceof PSQLException fromServer ? fromServer.getServerErrorMessage() : null;
    return SYNTAX_ERROR.equals(failure.getSQLState())
        && error != null
        && error.getPosition() == 0
        && error.getInternalQuery() == null
        && error.getWhere() == null;
  }

  /** Whether the wait for a lock ended at its limit. */
  public static boolean isLockTimeout(SQLException failure) {
    return LOCK_NOT_AVAILABLE.equals(failure.getSQLState());
  }
}
