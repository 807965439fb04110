package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;
import static dev.onceflow.sink.postgres.Identifiers.quotedList;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Of the staged rows of each key, carries the one that takes precedence into the table, where it
 * takes precedence over what the table holds and over the key's tombstone. A column that the stage
 * doesn't have is left as it is.
 */
final class UpsertSql {
  private static final String LIES_BEFORE_DELETE =
      "t.position = staged.%s AND t.log_offset >= staged.%s"
          .formatted(Stage.POSITION, Stage.OFFSET);

  private record Extra(String column, String value) {}

  private final Effect.Upsert upsert;
  private final Stage stage;
  private final Tombstones tombstones;
  private final String key;

  UpsertSql(Effect.Upsert upsert, Stage stage, Tombstones tombstones) {
    this.upsert = upsert;
    this.stage = stage;
    this.tombstones = tombstones;
    this.key = quotedList(upsert.keyColumns());
  }

  String statement() {
    List<Extra> extras = extras();
    String columns = withExtras(stage.columnList(), extras.stream().map(Extra::column).toList());
    String values = withExtras(stage.columnList(), extras.stream().map(Extra::value).toList());
    return "INSERT INTO %s AS target (%s) SELECT %s FROM (%s) AS best ORDER BY %s %s"
        .formatted(stage.target().sqlName(), columns, values, best(), key, onConflict());
  }

  private static String withExtras(String columns, List<String> extras) {
    return extras.isEmpty() ? columns : columns + ", " + String.join(", ", extras);
  }

  /** Columns of the target that no record fills. */
  private List<Extra> extras() {
    if (upsert.precedence() instanceof Precedence.ByPosition position) {
      return List.of(
          new Extra(quoted(position.partition()), Stage.POSITION),
          new Extra(quoted(position.offset()), Stage.OFFSET));
    }
    return upsert.precedence() instanceof Precedence.ByVersion version
        ? version.generation().stream()
            .map(g -> new Extra(quoted(g.column()), Integer.toString(g.current())))
            .toList()
        : List.of();
  }

  private String best() {
    String order =
        upsert.precedence() instanceof Precedence.ByVersion version
            ? quoted(version.column()) + " DESC, " + Stage.ORDER
            : Stage.ORDER + " DESC";
    return "SELECT DISTINCT ON (%s) * FROM %s%s ORDER BY %s, %s"
        .formatted(key, stage.relation(), notDeleted(), key, order);
  }

  /** Before the best is chosen: of what lies before a delete, none may hide what lies behind it. */
  private String notDeleted() {
    if (upsert.tombstones() != Effect.Tombstones.DELETE
        || upsert.precedence() instanceof Precedence.ByArrival) {
      return "";
    }
    return " WHERE NOT "
        + tombstones.exists(
            stage.target(),
            KeyText.of(stage.target(), upsert.keyColumns(), "staged"),
            upsert.precedence() instanceof Precedence.ByVersion version
                ? refusedByVersion(version)
                : LIES_BEFORE_DELETE);
  }

  /**
   * A delete without a version leaves none where it found no row, or a lower one than its key once
   * had where rows were lost: then only its position keeps out what lies before it.
   */
  private String refusedByVersion(Precedence.ByVersion version) {
    String isNotHigher =
        "NOT (staged.%s, %s) > (t.version::%s, t.generation)"
            .formatted(
                quoted(version.column()), currentGeneration(version), typeOf(version.column()));
    return upsert.tombstoneVersion().isPresent()
        ? isNotHigher
        : "(%s OR (%s))".formatted(isNotHigher, LIES_BEFORE_DELETE);
  }

  private String typeOf(String column) {
    return stage.target().column(column).orElseThrow().declared();
  }

  static int currentGeneration(Precedence.ByVersion version) {
    return version.generation().map(Precedence.Generation::current).orElse(0);
  }

  private String onConflict() {
    List<String> assigned = new ArrayList<>();
    stage.columns().stream()
        .filter(column -> !upsert.keyColumns().contains(column))
        .forEach(column -> assigned.add(quoted(column)));
    extras().forEach(extra -> assigned.add(extra.column()));
    if (assigned.isEmpty()) {
      return "ON CONFLICT (" + key + ") DO NOTHING";
    }
    return "ON CONFLICT (%s) DO UPDATE SET %s%s"
        .formatted(
            key,
            assigned.stream()
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", ")),
            guard());
  }

  private String guard() {
    if (upsert.precedence() instanceof Precedence.ByVersion version) {
      String column = quoted(version.column());
      return version
          .generation()
          .map(
              g ->
                  (" WHERE target.%1$s IS NULL OR (excluded.%1$s, excluded.%2$s)"
                          + " > (target.%1$s, coalesce(target.%2$s, 0))")
                      .formatted(column, quoted(g.column())))
          .orElse(" WHERE target.%1$s IS NULL OR excluded.%1$s > target.%1$s".formatted(column));
    }
    return upsert.precedence() instanceof Precedence.ByPosition position
        ? (" WHERE target.%1$s IS DISTINCT FROM excluded.%1$s OR target.%2$s IS NULL"
                + " OR excluded.%2$s > target.%2$s")
            .formatted(quoted(position.partition()), quoted(position.offset()))
        : "";
  }
}
