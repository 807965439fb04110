package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.record.UnfitRecordException.Reason;
import dev.onceflow.sink.write.Arrivals;
import dev.onceflow.sink.write.EventMemory.Judged;
import dev.onceflow.sink.write.EventMemory.Quarantined;
import dev.onceflow.sink.write.MemoryChangedException;
import dev.onceflow.sink.write.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The verdicts over one stage, in the transaction of the effects.
 *
 * <pre>
 * ID with a time inside, unknown, at or below the floor   UNPROVABLE
 * unknown                                                 NEW: remembered, stays in the stage
 * known, with the same content                            DUPLICATE: leaves the stage
 * known, with other content                               ALTERED
 * </pre>
 */
final class Verdicts {
  private static final String CHECK_VIOLATION = "23514";

  /**
   * A row that is known already, as it was staged.
   *
   * @param remembered the content that is remembered; null where another task inserted it meanwhile
   */
  private record Known(int order, UUID eventId, long content, Long remembered) {}

  private final Connection connection;
  private final long effect;
  private final MemoryState state;
  private final Stage stage;
  private final Arrivals arrivals;
  private final List<Quarantined> quarantined = new ArrayList<>();
  private long duplicates;

  Verdicts(Connection connection, long effect, MemoryState state, Stage stage, Arrivals arrivals) {
    this.connection = connection;
    this.effect = effect;
    this.state = state;
    this.stage = stage;
    this.arrivals = arrivals;
  }

  /** Judges, remembers what is new, and takes what is known out of the stage. */
  Judged judge() throws SQLException {
    holdStill();
    if (arrivals.hasTimed()) {
      findUnprovable();
      if (!quarantined.isEmpty()) {
        return new Judged(0, quarantined);
      }
      String memory = MemoryTables.timed(effect);
      remember(
          "INSERT INTO %s (effect, event_id, content) SELECT %d, %s, %s FROM %s WHERE %s ORDER BY 2"
              .formatted(memory, effect, Stage.EVENT_ID, Stage.CONTENT, stage.name(), Stage.TIMED),
          Stage.TIMED,
          memory);
    }
    if (arrivals.hasOpaque()) {
      rememberOpaque();
    }
    return new Judged(duplicates, quarantined);
  }

  /** Nothing is forgotten from here to the commit, and nothing was since room was made. */
  private void holdStill() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Two statements: the second one sees what was committed while the first one waited.
      statement.execute(
          MemoryLocks.sharedUseSql(effect)
              + "; SELECT version FROM onceflow.floors WHERE effect = "
              + effect);
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        if (!row.next() || row.getLong(1) != state.version()) {
          throw new MemoryChangedException(effect);
        }
      }
    }
  }

  private void findUnprovable() throws SQLException {
    OptionalLong floor = state.floorMs();
    if (floor.isEmpty() || arrivals.earliestIdMs() > floor.getAsLong()) {
      return;
    }
    String sql =
        ("SELECT %1$s FROM %2$s AS s WHERE %3$s AND %4$s <= '%5$s' AND NOT EXISTS"
                + " (SELECT FROM %6$s AS p WHERE p.event_id = s.%4$s)")
            .formatted(
                Stage.ORDER,
                stage.name(),
                Stage.TIMED,
                Stage.EVENT_ID,
                MemoryTables.highestId(floor.getAsLong()),
                MemoryTables.timed(effect));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        quarantine(row.getInt(1), Reason.UNPROVABLE);
      }
    }
  }

  /**
   * Inserts what isn't there and takes the others out of the stage. What another task inserted
   * meanwhile is waited for, and known then.
   */
  private void remember(String insert, String which, String memory) throws SQLException {
    String sql =
        ("WITH fresh AS (%1$s ON CONFLICT DO NOTHING RETURNING event_id)"
                + " DELETE FROM %2$s AS s WHERE %3$s"
                + " AND NOT EXISTS (SELECT FROM fresh WHERE fresh.event_id = s.%4$s)"
                + " RETURNING %5$s, %4$s, %6$s,"
                + " (SELECT p.content FROM %7$s AS p WHERE p.event_id = s.%4$s)")
            .formatted(
                insert, stage.name(), which, Stage.EVENT_ID, Stage.ORDER, Stage.CONTENT, memory);
    List<Known> known = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        known.add(
            new Known(
                row.getInt(1),
                row.getObject(2, UUID.class),
                row.getLong(3),
                row.getObject(4, Long.class)));
      }
    } catch (SQLException e) {
      if (CHECK_VIOLATION.equals(e.getSQLState())) {
        // A row without a partition: somebody dropped one by hand.
        throw new MemoryChangedException(effect);
      }
      throw e;
    }
    duplicates += known.size();
    compare(known, memory);
  }

  private void rememberOpaque() throws SQLException {
    int current = state.generations().get(0).number();
    String all = MemoryTables.opaque(effect);
    String other = "NOT " + Stage.TIMED;
    remember(
        ("INSERT INTO %1$s (effect, generation, event_id, content) SELECT %2$d, %3$d, %4$s, %5$s"
                + " FROM %6$s AS s WHERE %7$s AND NOT EXISTS"
                + " (SELECT FROM %1$s AS p WHERE p.generation < %3$d AND p.event_id = s.%4$s)"
                + " ORDER BY 3")
            .formatted(all, effect, current, Stage.EVENT_ID, Stage.CONTENT, stage.name(), other),
        other,
        all);
  }

  private void compare(List<Known> known, String memory) throws SQLException {
    Map<UUID, Long> meanwhile = insertedMeanwhile(known, memory);
    for (Known row : known) {
      Long content = row.remembered() == null ? meanwhile.get(row.eventId()) : row.remembered();
      if (content == null) {
        throw new MemoryChangedException(effect);
      }
      if (content != row.content()) {
        quarantine(row.order(), Reason.ALTERED);
      }
    }
  }

  /**
   * In a statement of its own, which sees what others committed while their keys were waited for.
   */
  private Map<UUID, Long> insertedMeanwhile(List<Known> known, String memory) throws SQLException {
    Object[] ids =
        known.stream().filter(row -> row.remembered() == null).map(Known::eventId).toArray();
    Map<UUID, Long> contents = new HashMap<>();
    if (ids.length == 0) {
      return contents;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT event_id, content FROM " + memory + " WHERE event_id = ANY (?)")) {
      statement.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          contents.put(row.getObject(1, UUID.class), row.getLong(2));
        }
      }
    }
    return contents;
  }

  private void quarantine(int order, Reason verdict) {
    quarantined.add(new Quarantined(order, verdict, stage.target().name()));
  }
}
