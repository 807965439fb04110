package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.TargetTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Asks the database what the types of {@code batch}'s columns are, and whether the user's
 * statements can run. Leaves nothing behind.
 */
final class BatchColumns {
  private static final String MODEL = "onceflow_batch_model";

  private BatchColumns() {}

  /**
   * Describes {@code batch} as if it were a table.
   *
   * @throws ConnectException where the database knows no such type, or refuses a statement
   */
  static TargetTable describe(Connection connection, TableSpec spec, Effect.Sql sql)
      throws SQLException {
    String columns =
        sql.columns().stream()
            .map(column -> quoted(column.name()) + " " + column.type())
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try {
        statement.execute("CREATE TEMPORARY TABLE %s (%s)".formatted(MODEL, columns));
      } catch (SQLException e) {
        throw refused(e, spec, "columns", columns);
      }
      TargetTable model = Catalogue.describe(connection, "pg_temp." + MODEL).orElseThrow();
      Stage stage = stage(model);
      statement.execute(stage.createSql());
      for (String planned : BatchSql.statements(sql, stage)) {
        try {
          statement.execute("EXPLAIN " + planned);
        } catch (SQLException e) {
          throw refused(e, spec, "statements", planned);
        }
      }
      return new TargetTable(spec.name(), model.sqlName(), model.columns(), List.of());
    } finally {
      connection.rollback();
    }
  }

  private static Stage stage(TargetTable model) {
    return new Stage(
        quoted("onceflow_stage_model"),
        model,
        Stage.Prefix.BATCH,
        model.columns().stream().map(column -> column.name()).toList());
  }

  /** Trouble of the database stays what it is; anything else is the configuration's. */
  private static SQLException refused(SQLException e, TableSpec spec, String key, String text) {
    String state = String.valueOf(e.getSQLState()).toUpperCase(Locale.ROOT);
    if (state.startsWith("42") || state.startsWith("22") || state.startsWith("0A")) {
      throw new ConnectException(
          "table.%s.%s: the database refuses it: %s (SQLSTATE %s) in: %s"
              .formatted(spec.name(), key, e.getMessage(), state, text),
          e);
    }
    return e;
  }
}
