package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.dedupe.MemoryState.Generation;
import dev.onceflow.sink.dedupe.MemoryState.Range;
import dev.onceflow.sink.write.Arrivals;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of one effect's memory: made before a batch needs them, dropped when their newest
 * arrival is older than the horizon.
 */
final class EffectMemory {
  private static final Logger LOG = LoggerFactory.getLogger(EffectMemory.class);

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final long effect;
  private final String name;
  private final Horizon horizon;
  private MemoryState state;
  private long nextForgetMs = Long.MIN_VALUE;

  private EffectMemory(long effect, String name, Horizon horizon, MemoryState state) {
    this.effect = effect;
    this.name = name;
    this.horizon = horizon;
    this.state = state;
  }

  /** Reads what the database has of it. Commits. */
  static EffectMemory open(Connection connection, long effect, String name, Horizon horizon)
      throws SQLException {
    EffectMemory memory =
        new EffectMemory(effect, name, horizon, MemoryReader.read(connection, effect));
    connection.commit();
    return memory;
  }

  /** What is known of the database's state, at that version. */
  MemoryState state() {
    return state;
  }

  /** Reads the state once more; another task changed it. */
  void reload(Connection connection) throws SQLException {
    state = MemoryReader.read(connection, effect);
    connection.commit();
  }

  /** Makes what a batch's events need. Commits, or does nothing. */
  void makeRoom(Connection connection, Arrivals arrivals, long nowMs) throws SQLException {
    if (state.covers(arrivals)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      MemoryLocks.layout(statement, effect);
      MemoryState growing = MemoryReader.read(connection, effect);
      for (Map.Entry<Long, Long> slot : new TreeMap<>(arrivals.newestBySlot()).entrySet()) {
        if (!growing.isForgotten(slot.getKey())) {
          makeRoom(statement, growing, slot.getKey(), slot.getValue(), nowMs);
        }
      }
      if (arrivals.hasOpaque()) {
        makeOpaqueRoom(statement, growing, arrivals.newestOpaqueMs());
      }
      commitGrown(connection);
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      throw new ConnectException(
          ("table %s: the sink's role may not make partitions of onceflow.processed_events (%s): let"
                  + " it own the memory's tables, or set dedupe.horizon.ms=-1, with which an"
                  + " administrator's run makes all that is needed")
              .formatted(name, e.getMessage()),
          e);
    }
  }

  /** What isn't committed must not be taken for reserved. */
  private void commitGrown(Connection connection) throws SQLException {
    MemoryState grown = MemoryReader.read(connection, effect);
    connection.commit();
    state = grown;
  }

  private void makeRoom(
      Statement statement, MemoryState growing, long slotMs, long newestArrivalMs, long nowMs)
      throws SQLException {
    Range range = growing.rangeOf(slotMs);
    if (range == null) {
      range =
          growing.newRange(
              slotMs, horizon.widthMs(slotMs, nowMs), newestArrivalMs + horizon.slackMs());
      MemoryTables.attach(
          statement,
          MemoryTables.timed(effect),
          MemoryTables.range(effect, range.fromMs()),
          "FROM (%s) TO (%s)"
              .formatted(
                  "'" + MemoryTables.lowestId(range.fromMs()) + "'",
                  range.toMs() >= Horizon.END_OF_TIME_MS
                      ? "MAXVALUE"
                      : "'" + MemoryTables.lowestId(range.toMs()) + "'"));
    } else if (range.newestArrivalMs() < newestArrivalMs) {
      range = new Range(range.fromMs(), range.toMs(), newestArrivalMs + horizon.slackMs());
    }
    statement.execute(
        ("INSERT INTO onceflow.processed_ranges AS r VALUES (%d, %d, %d, %d)"
                + " ON CONFLICT (effect, from_ms) DO UPDATE SET to_ms = excluded.to_ms,"
                + " newest_arrival_ms = greatest(r.newest_arrival_ms, excluded.newest_arrival_ms)")
            .formatted(effect, range.fromMs(), range.toMs(), range.newestArrivalMs()));
    growing.ranges().put(range.fromMs(), range);
  }

  private void makeOpaqueRoom(Statement statement, MemoryState growing, long newestArrivalMs)
      throws SQLException {
    if (growing.generations().isEmpty()) {
      MemoryTables.addGeneration(
          statement,
          effect,
          new Generation(1, newestArrivalMs, newestArrivalMs + horizon.slackMs()));
      if (!horizon.isForever()) {
        LOG.warn(
            "table {}: there are event IDs without a time inside (they are no UUIDv7): past the horizon"
                + " of {} ms an event that comes again is taken for a new one",
            name,
            horizon.ms());
      }
    } else if (growing.generations().get(0).newestArrivalMs() < newestArrivalMs) {
      statement.execute(
          ("UPDATE onceflow.processed_generations SET newest_arrival_ms = %d"
                  + " WHERE effect = %d AND generation = %d")
              .formatted(
                  newestArrivalMs + horizon.slackMs(),
                  effect,
                  growing.generations().get(0).number()));
    }
  }

  /** Makes all that will ever be needed, for roles that may not make tables. Commits. */
  void makeAll(Connection connection) throws SQLException {
    if (state.ranges().isEmpty() || state.generations().isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        MemoryLocks.layout(statement, effect);
        MemoryState growing = MemoryReader.read(connection, effect);
        if (growing.ranges().isEmpty()) {
          makeRoom(statement, growing, 0, 0, 0);
        }
        if (growing.generations().isEmpty()) {
          makeOpaqueRoom(statement, growing, 0);
        }
        commitGrown(connection);
      }
    }
  }

  /** Whether it is worth looking for what can be forgotten. */
  boolean isForgettingDue(long nowMs) {
    return !horizon.isForever() && nowMs >= nextForgetMs;
  }

  /**
   * Drops what the clock has passed by the horizon, and lifts the floor with it. Commits.
   *
   * @param nowMs when it is by this batch, to tell when to look again
   */
  void forget(Connection connection, OptionalLong clockMs, long nowMs) throws SQLException {
    nextForgetMs = nowMs + horizon.slackMs();
    reload(connection);
    if (clockMs.isPresent() && isSomethingPassed(clockMs.getAsLong())) {
      new Forgetting(effect, name, horizon).run(connection, clockMs.getAsLong());
      reload(connection);
    }
  }

  private boolean isSomethingPassed(long clockMs) {
    return !state.passed(horizon, clockMs).isEmpty() || state.isRotationDue(horizon, clockMs);
  }
}
