package dev.onceflow.sink.schema;

import dev.onceflow.sink.schema.SchemaChange.WidenColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a table and a schema together before the first record of that schema is written.
 *
 * <p>All changes are one database transaction, begun and ended here and refused inside another one:
 * a change never commits half of a batch, and a crash leaves the table as it was or as it should
 * be. An advisory lock lets one task at a time change tables; under it the catalogue is read again,
 * so that the second of two tasks finds nothing left to do. Used by the thread that has the
 * connection.
 */
public final class Evolution {
  private static final Logger LOG = LoggerFactory.getLogger(Evolution.class);

  /** What {@link #ensure} did. */
  public enum Ensured {
    /** The table holds such records as it is. */
    UNCHANGED,
    /** It was changed: what was known of it, and stages made for it, must be made anew. */
    CHANGED
  }

  // Any fixed number does; the next one after that of the sink's own schema.
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452148)";
  // Whoever waits for ALTER TABLE's lock makes everybody else wait behind it, readers too. So it
  // gives up soon, and the sink comes again after its backoff.
  private static final String SHORT_WAIT = "SET LOCAL lock_timeout = '3s'";
  // Somebody who doesn't take our lock made the same at the same time: duplicate table, column,
  // object, or the unique indexes of the catalogue.
  private static final Set<String> MADE_MEANWHILE = Set.of("42P07", "42701", "42710", "23505");
  private static final int ATTEMPTS_MAX = 3;

  private final EvolutionMode mode;
  private final EvolutionPlanner planner;

  /** Evolves in that mode, never for {@link EvolutionMode#NONE}. */
  public Evolution(EvolutionMode mode, EvolutionPlanner planner) {
    this.mode = mode;
    this.planner = planner;
  }

  /** Whether {@link #ensure} does anything at all. */
  public boolean isOn() {
    return mode != EvolutionMode.NONE;
  }

  /**
   * Makes sure that the table can hold records of these schemas.
   *
   * @param connection outside any transaction, with autocommit off; left outside any
   * @param key the schema of the records' keys, or null
   * @param value the schema of their values; never call it for tombstones, which have none
   * @throws SchemaMismatchException where it can't and may not be changed, with the whole
   *     difference
   */
  public Ensured ensure(Connection connection, TableNeeds needs, Schema key, Schema value)
      throws SQLException {
    if (!isOn()) {
      return Ensured.UNCHANGED;
    }
    refuseInsideTransaction(connection);
    try {
      Optional<CurrentTable> current = CurrentTables.read(connection, needs.target());
      EvolutionPlan plan = planner.plan(needs, current, key, value);
      if (plan.isEmpty()) {
        return Ensured.UNCHANGED;
      }
      refuseWhatMayNotBe(needs, plan);
      connection.rollback();
      return change(connection, needs, key, value);
    } finally {
      endTransaction(connection);
    }
  }

  private static void refuseInsideTransaction(Connection connection) throws SQLException {
    TransactionState state = connection.unwrap(BaseConnection.class).getTransactionState();
    if (state != TransactionState.IDLE || connection.getAutoCommit()) {
      throw new IllegalStateException(
          "a table may only change outside a batch's database transaction, autocommit off");
    }
  }

  private void refuseWhatMayNotBe(TableNeeds needs, EvolutionPlan plan) {
    if (mode == EvolutionMode.VALIDATE) {
      throw new SchemaMismatchException(
          "table %s differs from the schema of its records (schema.evolution=validate):%s%s"
              .formatted(needs.table(), plan.difference(), byHand(plan)));
    }
    if (!plan.refusals().isEmpty()) {
      throw new SchemaMismatchException(
          "table %s can't be brought to the schema of its records, and nothing was changed:%s%s"
              .formatted(needs.table(), plan.difference(), byHand(plan)));
    }
  }

  private static String byHand(EvolutionPlan plan) {
    return plan.sql().isEmpty() ? "" : "\nto be run by hand, or additive:" + plan.script();
  }

  private Ensured change(Connection connection, TableNeeds needs, Schema key, Schema value)
      throws SQLException {
    for (int attempt = 1; ; attempt++) {
      lock(connection);
      Optional<CurrentTable> current = CurrentTables.read(connection, needs.target());
      EvolutionPlan plan = planner.plan(needs, current, key, value);
      refuseWhatMayNotBe(needs, plan);
      try {
        execute(connection, needs, plan);
        connection.commit();
        // Empty: another task did it. What this one knows of the table is old all the same.
        return Ensured.CHANGED;
      } catch (SQLException e) {
        connection.rollback();
        if (!MADE_MEANWHILE.contains(e.getSQLState()) || attempt == ATTEMPTS_MAX) {
          throw ChangeFailure.explained(needs, plan, e);
        }
      }
    }
  }

  private static void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(LOCK);
      statement.execute(SHORT_WAIT);
    }
  }

  private static void execute(Connection connection, TableNeeds needs, EvolutionPlan plan)
      throws SQLException {
    int socketTimeoutMs = connection.getNetworkTimeout();
    for (SchemaChange change : plan.changes()) {
      if (change instanceof WidenColumn widen && widen.rewrites()) {
        LOG.warn(
            "table {}: column {} goes from {} to {}; all of it is written anew ({}), and nobody reads it meanwhile",
            needs.table(),
            widen.column(),
            widen.from(),
            widen.to(),
            widen.size());
        // Its answer comes late; TCP's keep-alive still notices a server that is gone.
        connection.setNetworkTimeout(Runnable::run, 0);
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : plan.sql()) {
        statement.execute(sql);
      }
    } finally {
      connection.setNetworkTimeout(Runnable::run, socketTimeoutMs);
    }
    if (!plan.isEmpty()) {
      LOG.info("table {} was changed for its records:{}", needs.table(), plan.script());
    }
  }

  private static void endTransaction(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.rollback();
    }
  }
}
