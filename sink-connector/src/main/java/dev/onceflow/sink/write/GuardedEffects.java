package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.literal;
import static dev.onceflow.sink.postgres.Identifiers.quoted;
import static dev.onceflow.sink.postgres.Identifiers.quotedList;

import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Effects that an event has once, however often it comes.
 *
 * <ul>
 *   <li>insert: the event ID's own unique column refuses the second row. The conflict target is
 *       named: without it DO NOTHING would swallow conflicts on other unique keys, too.
 *   <li>upsert: only a higher version replaces a row; of equal ones the first stays, within a batch
 *       as across batches. All of it is generation 0: corrections aren't built yet.
 *   <li>accumulate: only events that {@code onceflow.processed_events} hasn't seen add anything.
 * </ul>
 *
 * <p>Every statement works through its keys in sorted order, so that two tasks can't deadlock.
 */
public final class GuardedEffects implements Effects {
  private static final String LIVE_RUN = "''";

  private final String sink;

  /** The effects of one sink. */
  public GuardedEffects(String sink) {
    this.sink = sink;
  }

  @Override
  public boolean dropsTwins(Effect effect) {
    return effect instanceof Effect.Accumulate;
  }

  @Override
  public void check(TableSpec spec, TargetTable target) {
    if (spec.effect() instanceof Effect.Insert insert) {
      checkUnique(spec, target, List.of(insert.eventColumn().orElseThrow()));
    } else if (spec.effect() instanceof Effect.Upsert upsert) {
      checkUnique(spec, target, upsert.key());
    } else if (spec.effect() instanceof Effect.Accumulate accumulate) {
      checkUnique(spec, target, accumulate.keyColumns());
    }
  }

  private static void checkUnique(TableSpec spec, TargetTable target, List<String> key) {
    if (!target.isUniqueBy(Set.copyOf(key))) {
      throw new ConnectException(
          ("table %s: rows must be unique by exactly (%s) for exactly-once effects, but the table has"
                  + " the unique keys %s; add a primary key or a unique constraint on these columns,"
                  + " neither deferrable nor partial")
              .formatted(spec.name(), String.join(", ", key), target.uniqueKeys()));
    }
    for (String column : key) {
      if (!target.column(column).map(TargetColumn::exactCollation).orElse(true)) {
        throw new ConnectException(
            "table %s: key column %s has a nondeterministic collation, under which different IDs are equal; give it a deterministic one"
                .formatted(spec.name(), column));
      }
    }
  }

  @Override
  public String sql(TableSpec spec, Stage stage) {
    if (spec.effect() instanceof Effect.Insert insert) {
      return insert(insert, stage);
    }
    return spec.effect() instanceof Effect.Upsert upsert
        ? upsert(upsert, stage)
        : accumulate(spec, (Effect.Accumulate) spec.effect(), stage);
  }

  private static String insert(Effect.Insert insert, Stage stage) {
    String columns = quotedList(stage.columns());
    String eventId = quoted(insert.eventColumn().orElseThrow());
    return "INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY %s, %s ON CONFLICT (%s) DO NOTHING"
        .formatted(
            stage.target().sqlName(),
            columns,
            columns,
            stage.name(),
            eventId,
            Stage.ORDER,
            eventId);
  }

  private static String upsert(Effect.Upsert upsert, Stage stage) {
    String columns = quotedList(stage.columns());
    String key = quotedList(upsert.key());
    String version = quoted(upsert.version());
    String assignments =
        stage.columns().stream()
            .filter(column -> !upsert.key().contains(column))
            .map(column -> quoted(column) + " = excluded." + quoted(column))
            .collect(Collectors.joining(", "));
    return ("INSERT INTO %s AS target (%s) SELECT DISTINCT ON (%s) %s FROM %s"
            + " ORDER BY %s, %s DESC, %s ON CONFLICT (%s) DO UPDATE SET %s"
            + " WHERE target.%s IS NULL OR excluded.%s > target.%s")
        .formatted(
            stage.target().sqlName(),
            columns,
            key,
            columns,
            stage.name(),
            key,
            version,
            Stage.ORDER,
            key,
            assignments,
            version,
            version,
            version);
  }

  private String accumulate(TableSpec spec, Effect.Accumulate accumulate, Stage stage) {
    return ("WITH first_seen AS (INSERT INTO %s (event_id, effect, sink, run)"
            + " SELECT %s, %s, %s, %s FROM %s ORDER BY 1 ON CONFLICT DO NOTHING"
            + " RETURNING event_id) %s")
        .formatted(
            OnceflowSchema.PROCESSED_EVENTS,
            Stage.EVENT_ID,
            literal(spec.name()),
            literal(sink),
            LIVE_RUN,
            stage.name(),
            Additions.sql(
                accumulate,
                stage,
                " JOIN first_seen ON first_seen.event_id = staged." + Stage.EVENT_ID));
  }
}
