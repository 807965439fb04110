package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.dedupe.MemoryState.Generation;
import dev.onceflow.sink.dedupe.MemoryState.Range;
import dev.onceflow.sink.write.Arrivals;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of one effect's memory: made before a batch needs them, dropped when their newest
 * arrival is older than the horizon. Two advisory locks of the database keep tasks apart, both held
 * until the end of a transaction:
 *
 * <pre>
 * layout   taken by whoever makes or drops partitions
 * use      shared by every batch from its verdicts to its commit, and exclusive for who drops:
 *          so nothing is forgotten between a verdict and the effect that follows from it
 * </pre>
 */
final class EffectMemory {
  private static final Logger LOG = LoggerFactory.getLogger(EffectMemory.class);

  // The first half of the locks' keys; any two numbers that nobody else uses.
  private static final int LAYOUT = 1_869_505_379;
  private static final int USE = 1_869_505_380;

  /** While one waits to drop, batches wait behind it. */
  private static final long DROP_TIMEOUT_MS = 2_000;

  private static final String LOCK_NOT_AVAILABLE = "55P03";
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
    EffectMemory memory = new EffectMemory(effect, name, horizon, load(connection, effect));
    connection.commit();
    return memory;
  }

  /** What is known of the database's state, at that version. */
  MemoryState state() {
    return state;
  }

  /** The SQL that keeps everything as it is until the end of the transaction. */
  static String lockUseSql(long effect) {
    return "SELECT pg_advisory_xact_lock_shared(%d, %d)".formatted(USE, effect);
  }

  /** Reads the state once more; another task changed it. */
  void reload(Connection connection) throws SQLException {
    state = load(connection, effect);
    connection.commit();
  }

  /** Makes what a batch's events need. Commits, or does nothing. */
  void makeRoom(Connection connection, Arrivals arrivals, long nowMs) throws SQLException {
    if (state.covers(arrivals)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      lock(statement, LAYOUT);
      MemoryState growing = load(connection, effect);
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
    MemoryState grown = load(connection, effect);
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
      addGeneration(statement, 1, newestArrivalMs, newestArrivalMs + horizon.slackMs());
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

  private void addGeneration(Statement statement, int number, long fromMs, long newestArrivalMs)
      throws SQLException {
    MemoryTables.attach(
        statement,
        MemoryTables.opaque(effect),
        MemoryTables.generation(effect, number),
        "IN (" + number + ")");
    statement.execute(
        "INSERT INTO onceflow.processed_generations VALUES (%d, %d, %d, %d)"
            .formatted(effect, number, fromMs, newestArrivalMs));
  }

  /** Makes all that will ever be needed, for roles that may not make tables. Commits. */
  void makeAll(Connection connection) throws SQLException {
    if (state.ranges().isEmpty() || state.generations().isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        lock(statement, LAYOUT);
        MemoryState growing = load(connection, effect);
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
   * Drops what the clock has passed by the horizon, and lifts the floor with it. Commits; where
   * batches of other tasks hold it up for long, it is left for later.
   *
   * @param nowMs when it is by this batch, to tell when to look again
   */
  void forget(Connection connection, OptionalLong clockMs, long nowMs) throws SQLException {
    nextForgetMs = nowMs + horizon.slackMs();
    reload(connection);
    if (clockMs.isEmpty() || !isSomethingPassed(clockMs.getAsLong())) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + DROP_TIMEOUT_MS);
      lock(statement, LAYOUT);
      lock(statement, USE);
      state = load(connection, effect);
      forgetRanges(statement, clockMs.getAsLong());
      rotate(statement, clockMs.getAsLong());
      statement.execute(
          "UPDATE onceflow.floors SET version = version + 1 WHERE effect = " + effect);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        LOG.debug("table {}: forgetting is left for later", name, e);
      } else if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        LOG.warn(
            "table {}: the sink's role may not drop partitions of onceflow.processed_events: they stay, and"
                + " nothing is forgotten",
            name,
            e);
      } else {
        throw e;
      }
    }
    reload(connection);
  }

  private boolean isSomethingPassed(long clockMs) {
    return !state.passed(horizon, clockMs).isEmpty() || state.isRotationDue(horizon, clockMs);
  }

  private void forgetRanges(Statement statement, long clockMs) throws SQLException {
    for (Range range : state.passed(horizon, clockMs)) {
      String table = MemoryTables.range(effect, range.fromMs());
      OptionalLong highest = highestIdMs(statement, table);
      statement.execute("DROP TABLE " + table);
      statement.execute(
          "DELETE FROM onceflow.processed_ranges WHERE effect = %d AND from_ms = %d"
              .formatted(effect, range.fromMs()));
      if (highest.isPresent()) {
        statement.execute(
            "UPDATE onceflow.floors SET floor_ms = greatest(floor_ms, %d) WHERE effect = %d"
                .formatted(highest.getAsLong(), effect));
        LOG.info(
            "table {}: forgot the events up to {}; unknown ones up to there can't be proved to be new",
            name,
            Instant.ofEpochMilli(highest.getAsLong()));
      }
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

  private void rotate(Statement statement, long clockMs) throws SQLException {
    if (!state.isRotationDue(horizon, clockMs)) {
      return;
    }
    if (state.generations().size() > 1) {
      int last = state.generations().get(1).number();
      statement.execute("DROP TABLE " + MemoryTables.generation(effect, last));
      statement.execute(
          "DELETE FROM onceflow.processed_generations WHERE effect = %d AND generation = %d"
              .formatted(effect, last));
    }
    addGeneration(statement, state.generations().get(0).number() + 1, clockMs, clockMs);
  }

  private void lock(Statement statement, int what) throws SQLException {
    statement.execute("SELECT pg_advisory_xact_lock(%d, %d)".formatted(what, effect));
  }

  private static MemoryState load(Connection connection, long effect) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // First: what is read after it may be newer, and is then read again before it is relied upon.
      long version;
      OptionalLong floorMs;
      try (ResultSet row =
          statement.executeQuery(
              "SELECT version, floor_ms FROM onceflow.floors WHERE effect = " + effect)) {
        row.next();
        version = row.getLong(1);
        long floor = row.getLong(2);
        floorMs = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(floor);
      }
      return new MemoryState(
          version, floorMs, ranges(statement, effect), generations(statement, effect));
    }
  }

  private static NavigableMap<Long, Range> ranges(Statement statement, long effect)
      throws SQLException {
    NavigableMap<Long, Range> ranges = new TreeMap<>();
    // A partition that somebody dropped by hand is none.
    try (ResultSet row =
        statement.executeQuery(
            ("SELECT from_ms, to_ms, newest_arrival_ms FROM onceflow.processed_ranges WHERE effect = %d"
                    + " AND to_regclass('%s_' || from_ms / 3600000) IS NOT NULL")
                .formatted(effect, MemoryTables.timed(effect)))) {
      while (row.next()) {
        ranges.put(row.getLong(1), new Range(row.getLong(1), row.getLong(2), row.getLong(3)));
      }
    }
    return ranges;
  }

  private static List<Generation> generations(Statement statement, long effect)
      throws SQLException {
    List<Generation> generations = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            ("SELECT generation, from_ms, newest_arrival_ms FROM onceflow.processed_generations"
                    + " WHERE effect = %d ORDER BY generation DESC")
                .formatted(effect))) {
      while (row.next()) {
        generations.add(new Generation(row.getInt(1), row.getLong(2), row.getLong(3)));
      }
    }
    return generations;
  }
}
