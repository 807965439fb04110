package dev.onceflow.sink.dedupe;

import static dev.onceflow.sink.postgres.Identifiers.literal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * The tables of the memory in schema {@code onceflow}, and their names.
 *
 * <pre>
 * floors                        one row for each effect: its number, floor and version
 * processed_events              IDs with a time inside
 *   processed_events_7            of effect 7
 *     processed_events_7_481000     minted from hour 481000 of the Unix epoch on
 * processed_ranges              from where to where these go, and what arrived in them last
 * processed_events_opaque       other IDs, hashed
 *   processed_events_opaque_7     of effect 7
 *     processed_events_opaque_7_3   of generation 3
 * processed_generations         when these began, and what arrived in them last
 * </pre>
 *
 * There is no partition for IDs that no other one takes: it would stand in the way of each new one.
 * An effect's number stands in front of all of its rows, so that every unique key holds it.
 */
final class MemoryTables {
  private static final long HOUR_MS = 3_600_000;
  private static final int TIME_SHIFT = 16;

  // Any fixed number, the same as for the other tables of the schema: tasks that start together.
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  private static final List<String> STATEMENTS =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS onceflow.floors (
            effect int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            sink text COLLATE "C" NOT NULL,
            run text COLLATE "C" NOT NULL DEFAULT '',
            name text COLLATE "C" NOT NULL,
            floor_ms bigint,
            version bigint NOT NULL DEFAULT 0,
            UNIQUE (sink, run, name)
          )""",
          """
          CREATE TABLE IF NOT EXISTS onceflow.processed_events (
            effect int NOT NULL,
            event_id uuid NOT NULL,
            content bigint NOT NULL,
            PRIMARY KEY (event_id, effect)
          ) PARTITION BY LIST (effect)""",
          """
          CREATE TABLE IF NOT EXISTS onceflow.processed_ranges (
            effect int NOT NULL,
            from_ms bigint NOT NULL,
            to_ms bigint NOT NULL,
            newest_arrival_ms bigint NOT NULL,
            PRIMARY KEY (effect, from_ms)
          )""",
          """
          CREATE TABLE IF NOT EXISTS onceflow.processed_events_opaque (
            effect int NOT NULL,
            generation int NOT NULL,
            event_id uuid NOT NULL,
            content bigint NOT NULL,
            PRIMARY KEY (event_id, effect, generation)
          ) PARTITION BY LIST (effect)""",
          """
          CREATE TABLE IF NOT EXISTS onceflow.processed_generations (
            effect int NOT NULL,
            generation int NOT NULL,
            from_ms bigint NOT NULL,
            newest_arrival_ms bigint NOT NULL,
            PRIMARY KEY (effect, generation)
          )""");

  private MemoryTables() {}

  static String timed(long effect) {
    return "onceflow.processed_events_" + effect;
  }

  static String range(long effect, long fromMs) {
    return timed(effect) + "_" + fromMs / HOUR_MS;
  }

  static String opaque(long effect) {
    return "onceflow.processed_events_opaque_" + effect;
  }

  static String generation(long effect, int number) {
    return opaque(effect) + "_" + number;
  }

  /** The lowest UUIDv7 of a time. */
  static UUID lowestId(long timeMs) {
    return new UUID(timeMs << TIME_SHIFT, 0);
  }

  /** The highest one; the lowest one of the next millisecond, but for the last there is. */
  static UUID highestId(long timeMs) {
    return new UUID((timeMs << TIME_SHIFT) | 0xFFFF, -1);
  }

  static long timeMs(UUID id) {
    return id.getMostSignificantBits() >>> TIME_SHIFT;
  }

  /**
   * The number of an effect, and whether its tables had to be made. Commits.
   *
   * @return the number
   */
  static long effect(Connection connection, String sink, String run, String name)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!isThere(statement, "onceflow.processed_generations")) {
        statement.execute(LOCK);
        for (String sql : STATEMENTS) {
          statement.execute(sql);
        }
      }
      long effect = number(statement, sink, run, name);
      if (!isThere(statement, opaque(effect))) {
        statement.execute(LOCK);
        create(statement, "onceflow.processed_events", timed(effect), effect, "RANGE (event_id)");
        create(
            statement,
            "onceflow.processed_events_opaque",
            opaque(effect),
            effect,
            "LIST (generation)");
      }
      connection.commit();
      return effect;
    }
  }

  private static boolean isThere(Statement statement, String table) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT to_regclass(" + literal(table) + ") IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static long number(Statement statement, String sink, String run, String name)
      throws SQLException {
    String key =
        "sink = %s AND run = %s AND name = %s"
            .formatted(literal(sink), literal(run), literal(name));
    String select = "SELECT effect FROM onceflow.floors WHERE " + key;
    try (ResultSet row = statement.executeQuery(select)) {
      if (row.next()) {
        return row.getLong(1);
      }
    }
    statement.execute(
        "INSERT INTO onceflow.floors (sink, run, name) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
            .formatted(literal(sink), literal(run), literal(name)));
    try (ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void create(
      Statement statement, String parent, String table, long effect, String partitions)
      throws SQLException {
    statement.execute(
        "CREATE TABLE IF NOT EXISTS %s PARTITION OF %s FOR VALUES IN (%d) PARTITION BY %s"
            .formatted(table, parent, effect, partitions));
  }

  /** Makes a generation, and its partition. */
  static void addGeneration(Statement statement, long effect, MemoryState.Generation generation)
      throws SQLException {
    attach(
        statement,
        opaque(effect),
        generation(effect, generation.number()),
        "IN (" + generation.number() + ")");
    statement.execute(
        "INSERT INTO onceflow.processed_generations VALUES (%d, %d, %d, %d)"
            .formatted(
                effect, generation.number(), generation.fromMs(), generation.newestArrivalMs()));
  }

  /** Makes a partition; unlike PARTITION OF, attaching waits for nobody who writes beside it. */
  static void attach(Statement statement, String parent, String table, String values)
      throws SQLException {
    statement.execute(
        "CREATE TABLE IF NOT EXISTS %s (LIKE %s INCLUDING ALL)".formatted(table, parent));
    statement.execute(
        "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES %s".formatted(parent, table, values));
  }

  /** Takes a range out of the list. */
  static void remove(Statement statement, long effect, MemoryState.Range range)
      throws SQLException {
    statement.execute(
        "DELETE FROM onceflow.processed_ranges WHERE effect = %d AND from_ms = %d"
            .formatted(effect, range.fromMs()));
  }

  /** Lifts the floor to that time, if it isn't there yet. */
  static void liftFloor(Statement statement, long effect, long floorMs) throws SQLException {
    statement.execute(
        "UPDATE onceflow.floors SET floor_ms = greatest(floor_ms, %d) WHERE effect = %d"
            .formatted(floorMs, effect));
  }

  /** Tells batches that made room before that something was forgotten since. */
  static void changed(Statement statement, long effect) throws SQLException {
    statement.execute("UPDATE onceflow.floors SET version = version + 1 WHERE effect = " + effect);
  }
}
