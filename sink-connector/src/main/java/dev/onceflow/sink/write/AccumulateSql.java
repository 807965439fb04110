package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Adds staged rows, grouped by key, to what a table holds. Guards nothing itself. */
public final class AccumulateSql {
  private record Column(String name, String value, String assignment) {}

  private AccumulateSql() {}

  /** The statements. */
  public static List<String> statements(Effect.Accumulate accumulate, Stage stage) {
    List<Column> totals = new ArrayList<>();
    for (Effect.Amount amount : accumulate.amounts()) {
      totals.add(total(stage, amount));
    }
    accumulate.count().ifPresent(name -> totals.add(sum(stage, name, "count(*)")));
    String keys = joined(accumulate.keyColumns(), ", ");
    return List.of(
        ("INSERT INTO %s AS target (%s, %s) SELECT %s, %s FROM %s GROUP BY %s ORDER BY %s"
                + " ON CONFLICT (%s) DO UPDATE SET %s")
            .formatted(
                stage.target().sqlName(),
                keys,
                joined(totals.stream().map(Column::name).toList(), ", "),
                keys,
                totals.stream().map(Column::value).collect(Collectors.joining(", ")),
                stage.relation(),
                keys,
                keys,
                keys,
                totals.stream().map(Column::assignment).collect(Collectors.joining(", "))));
  }

  private static Column total(Stage stage, Effect.Amount amount) {
    String name = amount.mapping().column();
    String column = quoted(name);
    return switch (amount.total()) {
      // Of nulls alone, the sum is null; it adds nothing.
      case SUM -> sum(stage, name, "coalesce(sum(" + column + "), 0)");
      case MIN -> extreme(stage, name, "min", "least");
      case MAX -> extreme(stage, name, "max", "greatest");
    };
  }

  private static Column sum(Stage stage, String name, String value) {
    String column = quoted(name);
    return new Column(
        name,
        // sum(int8) is numeric: the cast back says "out of range" where an assignment would, too.
        value + "::" + stage.target().column(name).orElseThrow().declared(),
        "%1$s = coalesce(target.%1$s, 0) + excluded.%1$s".formatted(column));
  }

  private static Column extreme(Stage stage, String name, String ofRows, String ofTwo) {
    String column = quoted(name);
    // By bytes, among a batch's rows and between them and the table's.
    String collation = stage.target().column(name).orElseThrow().isText() ? " COLLATE \"C\"" : "";
    return new Column(
        name,
        "%s(%s%s)".formatted(ofRows, column, collation),
        "%1$s = %2$s(target.%1$s%3$s, excluded.%1$s%3$s)".formatted(column, ofTwo, collation));
  }

  private static String joined(List<String> names, String separator) {
    return names.stream().map(name -> quoted(name)).collect(Collectors.joining(separator));
  }
}
