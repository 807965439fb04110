package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.dedupe.MemoryState.Generation;
import dev.onceflow.sink.dedupe.MemoryState.Range;
import dev.onceflow.sink.write.Arrivals;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the partitions of one effect's memory before a batch needs them, and writes ahead when they
 * were last arrived in. A transaction makes few of them: each is locked until its end, and the
 * database has room for so many locks.
 */
final class Growing {
  private static final Logger LOG = LoggerFactory.getLogger(Growing.class);

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final long effect;
  private final String name;
  private final Horizon horizon;

  Growing(long effect, String name, Horizon horizon) {
    this.effect = effect;
    this.name = name;
    this.horizon = horizon;
  }

  /**
   * Makes what a batch's events need, or as much of it as one transaction may; before that, lifts
   * the floor over what was lost. Commits.
   *
   * @return the state that came of it
   */
  MemoryState run(Connection connection, Arrivals arrivals) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      MemoryLocks.layout(statement, effect);
      MemoryState growing = MemoryReader.read(connection, effect);
      if (!growing.lost().isEmpty()) {
        liftFloor(statement, growing.lost());
        return committed(connection);
      }
      boolean hasRanges = makeRanges(statement, growing, arrivals.newestBySlot());
      if (hasRanges && arrivals.hasOpaque()) {
        makeGeneration(statement, growing, arrivals.newestOpaqueMs());
      }
      return committed(connection);
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

  /**
   * What somebody dropped by hand is forgotten: made again, an empty partition would let its events
   * count once more. What the highest ID in it was nobody knows any more.
   */
  private void liftFloor(Statement statement, List<Range> lost) throws SQLException {
    MemoryLocks.use(statement, effect);
    for (Range range : lost) {
      long floorMs = Math.min(range.toMs(), Horizon.END_OF_TIME_MS) - 1;
      MemoryTables.remove(statement, effect, range);
      MemoryTables.liftFloor(statement, effect, floorMs);
      LOG.warn(
          "table {}: the memory of events from {} to {} was dropped by hand; unknown ones up to there"
              + " can't be proved to be new",
          name,
          Instant.ofEpochMilli(range.fromMs()),
          Instant.ofEpochMilli(floorMs));
    }
    MemoryTables.changed(statement, effect);
  }

  /** What isn't committed must not be taken for reserved. */
  private MemoryState committed(Connection connection) throws SQLException {
    MemoryState grown = MemoryReader.read(connection, effect);
    connection.commit();
    return grown;
  }

  /** False where some are still to be made. */
  private boolean makeRanges(Statement statement, MemoryState growing, Map<Long, Long> newestBySlot)
      throws SQLException {
    if (newestBySlot.isEmpty()) {
      return true;
    }
    // Of a batch that reaches over years, all but the end is old when it is written.
    long nowMs = Collections.max(newestBySlot.values());
    int made = 0;
    for (Map.Entry<Long, Long> slot : new TreeMap<>(newestBySlot).entrySet()) {
      long slotMs = slot.getKey();
      boolean isNew = growing.rangeOf(slotMs) == null;
      if (growing.isForgotten(slotMs) || (!isNew && growing.isReserved(slotMs, slot.getValue()))) {
        continue;
      }
      if (isNew && made == Horizon.TRANSACTION_PARTITIONS_MAX) {
        return false;
      }
      made += isNew ? 1 : 0;
      makeRange(statement, growing, slotMs, slot.getValue(), nowMs);
    }
    return true;
  }

  private void makeRange(
      Statement statement, MemoryState growing, long slotMs, long newestArrivalMs, long nowMs)
      throws SQLException {
    long reservedMs = newestArrivalMs + horizon.slackMs();
    Range range = growing.rangeOf(slotMs);
    if (range == null) {
      range = growing.newRange(slotMs, horizon.widthMs(slotMs, nowMs), reservedMs);
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
    } else {
      range = new Range(range.fromMs(), range.toMs(), reservedMs);
    }
    statement.execute(
        ("INSERT INTO onceflow.processed_ranges AS r VALUES (%d, %d, %d, %d)"
                + " ON CONFLICT (effect, from_ms) DO UPDATE SET to_ms = excluded.to_ms,"
                + " newest_arrival_ms = greatest(r.newest_arrival_ms, excluded.newest_arrival_ms)")
            .formatted(effect, range.fromMs(), range.toMs(), range.newestArrivalMs()));
    growing.ranges().put(range.fromMs(), range);
  }

  private void makeGeneration(Statement statement, MemoryState growing, long newestArrivalMs)
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

  /**
   * Makes all that will ever be needed, for roles that may not make tables. Commits.
   *
   * @return the state that came of it
   */
  MemoryState makeAll(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      MemoryLocks.layout(statement, effect);
      MemoryState growing = MemoryReader.read(connection, effect);
      if (!growing.lost().isEmpty()) {
        liftFloor(statement, growing.lost());
      }
      if (growing.ranges().isEmpty()) {
        makeRange(statement, growing, 0, 0, 0);
      }
      if (growing.generations().isEmpty()) {
        makeGeneration(statement, growing, 0);
      }
      return committed(connection);
    }
  }
}
