package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import java.util.List;

/**
 * Appends staged rows. By key, the event ID's own unique column refuses the second row; the
 * conflict target is named, since without it DO NOTHING would swallow conflicts on other unique
 * keys, too. By memory, all rows that are left are new.
 */
final class InsertSql {
  private InsertSql() {}

  static List<String> statements(Effect.Insert insert, Stage stage) {
    String sql =
        "INSERT INTO %s (%s) SELECT %s FROM %s"
            .formatted(
                stage.target().sqlName(), stage.columnList(), stage.columnList(), stage.relation());
    if (insert.dedupe() == Effect.Dedupe.BY_MEMORY) {
      return List.of(sql + " ORDER BY " + Stage.ORDER);
    }
    String eventId = quoted(insert.eventColumn().orElseThrow());
    return List.of(sql + " ORDER BY %s ON CONFLICT (%s) DO NOTHING".formatted(eventId, eventId));
  }
}
