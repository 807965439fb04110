package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.literal;

import dev.onceflow.sink.postgres.OnceflowSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A memory that forgets nothing and knows no contents: an event is new or a duplicate. */
public final class RememberedEvents implements EventMemory {
  private static final String LIVE_RUN = "''";

  private final String sink;
  private final Map<Long, String> effects = new ConcurrentHashMap<>();

  /** The memory of one sink. */
  public RememberedEvents(String sink) {
    this.sink = sink;
  }

  @Override
  public long effectId(Connection connection, String effect) {
    long id = Integer.toUnsignedLong(effect.hashCode());
    effects.put(id, effect);
    return id;
  }

  @Override
  public Judged judge(Connection connection, Stage stage, long effectId) throws SQLException {
    String sql =
        ("WITH fresh AS (INSERT INTO %1$s (event_id, effect, sink, run)"
                + " SELECT %2$s::text, %3$s, %4$s, %5$s FROM %6$s ORDER BY 1"
                + " ON CONFLICT DO NOTHING RETURNING event_id),"
                + " gone AS (DELETE FROM %6$s WHERE %2$s::text NOT IN (SELECT event_id FROM fresh)"
                + " RETURNING 1)"
                + " SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM gone)")
            .formatted(
                OnceflowSchema.PROCESSED_EVENTS,
                Stage.EVENT_ID,
                literal(effects.get(effectId)),
                literal(sink),
                LIVE_RUN,
                stage.name());
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new Judged(row.getLong(1), row.getLong(2), List.of());
    }
  }
}
