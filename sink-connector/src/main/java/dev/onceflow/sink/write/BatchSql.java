package dev.onceflow.sink.write;

import java.util.List;

/** The user's own statements, each with the relation {@code batch} in front. */
public final class BatchSql {
  private BatchSql() {}

  /**
   * The statements. {@code batch} is a common table expression: its name needs no object in the
   * database, hides any table of that name, and is the same for every table of the connector.
   */
  public static List<String> statements(Effect.Sql sql, Stage stage) {
    String batch = "SELECT %s FROM %s".formatted(stage.columnList(), stage.relation());
    return sql.statements().stream().map(statement -> statement.over(batch)).toList();
  }
}
