package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;
import static dev.onceflow.sink.postgres.Identifiers.quotedList;

import dev.onceflow.sink.postgres.TargetTable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Adds staged rows, grouped by key, to what a table holds. */
public final class Additions {
  private Additions() {}

  /**
   * The statement.
   *
   * @param join limits the rows, which have the alias "staged", to those that count
   */
  public static String sql(Effect.Accumulate accumulate, Stage stage, String join) {
    List<String> key = accumulate.keyColumns();
    List<String> added =
        Stream.concat(accumulate.sumColumns().stream(), accumulate.count().stream()).toList();
    String keys = quotedList(key);
    String stagedKeys =
        key.stream().map(column -> "staged." + quoted(column)).collect(Collectors.joining(", "));
    String sums =
        added.stream()
            .map(column -> addition(accumulate, stage.target(), column))
            .collect(Collectors.joining(", "));
    String assignments =
        added.stream()
            .map(c -> "%1$s = coalesce(target.%1$s, 0) + excluded.%1$s".formatted(quoted(c)))
            .collect(Collectors.joining(", "));
    return ("INSERT INTO %s AS target (%s) SELECT %s, %s FROM %s AS staged%s GROUP BY %s ORDER BY %s"
            + " ON CONFLICT (%s) DO UPDATE SET %s")
        .formatted(
            stage.target().sqlName(),
            quotedList(Stream.concat(key.stream(), added.stream()).toList()),
            stagedKeys,
            sums,
            stage.name(),
            join,
            stagedKeys,
            stagedKeys,
            keys,
            assignments);
  }

  private static String addition(Effect.Accumulate accumulate, TargetTable target, String column) {
    String value =
        accumulate.count().filter(column::equals).isPresent()
            ? "count(*)"
            : "sum(staged." + quoted(column) + ")";
    // sum(int8) is numeric: the cast back says "out of range" where an assignment would, too.
    return value + "::" + target.column(column).orElseThrow().declared();
  }
}
