package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A stage's temporary table on one connection, and the statements that empty it into its target.
 */
final class StageTable {
  private final Stage stage;
  private final List<String> effect;

  private StageTable(Stage stage, List<String> effect) {
    this.stage = stage;
    this.effect = effect;
  }

  /** Makes the temporary table; the caller commits before any rows are copied. */
  static StageTable create(Connection connection, Stage stage, List<String> effect)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(stage.createSql());
    }
    return new StageTable(stage, effect);
  }

  Stage stage() {
    return stage;
  }

  void copy(Connection connection, CopyBuffer rows) throws SQLException {
    copy(connection, stage.copySql(), rows);
  }

  static void copy(Connection connection, String sql, CopyBuffer rows) throws SQLException {
    byte[] bytes = rows.finish();
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      copy.writeToCopy(bytes, 0, rows.finishedSize());
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /**
   * Runs the statements. Planned anew each time: a plan that was cached for a stage of three rows
   * would join one of twenty thousand by nested loops. Not prepared, since a question mark in a
   * user's statement is an operator.
   *
   * @return how many rows the last one changed
   */
  long applyEffect(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      for (String sql : effect) {
        statement.execute(sql);
      }
      return statement.getUpdateCount();
    }
  }
}
