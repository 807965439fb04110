package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.dedupe.MemoryState.Generation;
import dev.onceflow.sink.dedupe.MemoryState.Range;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the partitions of one effect's memory that the clock has passed by the horizon, and lifts
 * the floor in the same transaction: not too many in one, since each is locked until its end.
 * Nothing depends on when it is done, so trouble is no batch's trouble: it is left for later.
 */
final class Forgetting {
  private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

  // While one waits to drop, batches wait behind it, and must not reach their own limit with that.
  private static final String LIMIT_WAIT =
      "SELECT set_config('lock_timeout', greatest(1, least(%d, setting::bigint / 2))::text, true)"
          + " FROM pg_settings WHERE name = 'lock_timeout'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final long effect;
  private final String name;
  private final Horizon horizon;

  Forgetting(long effect, String name, Horizon horizon) {
    this.effect = effect;
    this.name = name;
    this.horizon = horizon;
  }

  /**
   * Does it, or a part of it, in a transaction of its own, or leaves everything as it is.
   *
   * @param known what there was to be forgotten when it was last read
   * @return false where it is left for later
   * @throws SQLException where the connection is lost
   */
  boolean run(Connection connection, long clockMs, MemoryState known) throws SQLException {
    long overdueMs = known.overdueMs(horizon, clockMs);
    try (Statement statement = connection.createStatement()) {
      statement.execute(LIMIT_WAIT.formatted(horizon.dropTimeoutMs(overdueMs)));
      MemoryLocks.layout(statement, effect);
      MemoryLocks.use(statement, effect);
      // Another task may have done it, or kept something alive, while the locks were waited for.
      MemoryState state = MemoryReader.read(connection, effect);
      List<Range> passed = state.passed(horizon, clockMs);
      for (Range range :
          passed.subList(0, Math.min(passed.size(), Horizon.TRANSACTION_PARTITIONS_MAX))) {
        forget(statement, range);
      }
      boolean isRotationDue = state.isRotationDue(horizon, clockMs);
      if (isRotationDue) {
        rotate(statement, state, clockMs);
      }
      if (isRotationDue || !passed.isEmpty()) {
        MemoryTables.changed(statement, effect);
      }
      connection.commit();
      return true;
    } catch (SQLException e) {
      rollBack(connection, e);
      leaveForLater(e, overdueMs);
      return false;
    }
  }

  /** A connection that can't even do that is lost. */
  private static void rollBack(Connection connection, SQLException failure) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private void leaveForLater(SQLException e, long overdueMs) {
    boolean isHeldUp = LOCK_NOT_AVAILABLE.equals(e.getSQLState());
    if (isHeldUp && !horizon.isLongOverdue(overdueMs)) {
      LOG.debug("table {}: forgetting is left for later", name, e);
    } else if (isHeldUp) {
      LOG.warn(
          "table {}: batches of other tasks hold the memory, and forgetting, overdue by {} ms of the"
              + " records' time, is left for later",
          name,
          overdueMs,
          e);
    } else if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
      LOG.warn(
          "table {}: the sink's role may not drop partitions of onceflow.processed_events: they stay, and"
              + " nothing is forgotten",
          name,
          e);
    } else {
      LOG.warn(
          "table {}: partitions of onceflow.processed_events can't be dropped (SQLSTATE {}): they stay,"
              + " and forgetting is left for later",
          name,
          e.getSQLState(),
          e);
    }
  }

  private void forget(Statement statement, Range range) throws SQLException {
    String table = MemoryTables.range(effect, range.fromMs());
    OptionalLong highest = highestIdMs(statement, table);
    statement.execute("DROP TABLE " + table);
    MemoryTables.remove(statement, effect, range);
    if (highest.isPresent()) {
      MemoryTables.liftFloor(statement, effect, highest.getAsLong());
      LOG.info(
          "table {}: forgot the events up to {}; unknown ones up to there can't be proved to be new",
          name,
          Instant.ofEpochMilli(highest.getAsLong()));
    }
  }

  private static OptionalLong highestIdMs(Statement statement, String table) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT event_id FROM " + table + " ORDER BY event_id DESC LIMIT 1")) {
      return row.next()
          ? OptionalLong.of(MemoryTables.timeMs(row.getObject(1, UUID.class)))
          : OptionalLong.empty();
    }
  }

  private void rotate(Statement statement, MemoryState state, long clockMs) throws SQLException {
    if (state.generations().size() > 1) {
      int last = state.generations().get(1).number();
      statement.execute("DROP TABLE " + MemoryTables.generation(effect, last));
      statement.execute(
          "DELETE FROM onceflow.processed_generations WHERE effect = %d AND generation = %d"
              .formatted(effect, last));
    }
    int next = state.generations().get(0).number() + 1;
    MemoryTables.addGeneration(statement, effect, new Generation(next, clockMs, clockMs));
  }
}
