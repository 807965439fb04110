package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyIn;

/**
 * A stage's temporary table on one connection, and the statement that empties it into its target.
 */
final class StageTable {
  private final Stage stage;
  private final PreparedStatement effect;

  private StageTable(Stage stage, PreparedStatement effect) {
    this.stage = stage;
    this.effect = effect;
  }

  /** Makes the temporary table; the caller commits before any rows are copied. */
  static StageTable create(Connection connection, Stage stage, Effects effects)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(stage.createSql());
    }
    PreparedStatement effect = connection.prepareStatement(effects.sql(stage.spec(), stage));
    // Planned anew each time: a plan that was cached for a stage of three rows would join one of
    // twenty thousand by nested loops.
    effect.unwrap(PGStatement.class).setPrepareThreshold(0);
    return new StageTable(stage, effect);
  }

  void copy(Connection connection, CopyBuffer rows) throws SQLException {
    byte[] bytes = rows.finish();
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(stage.copySql());
    try {
      copy.writeToCopy(bytes, 0, rows.size());
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  void applyEffect() throws SQLException {
    effect.executeUpdate();
  }
}
