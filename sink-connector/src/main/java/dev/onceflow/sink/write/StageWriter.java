package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyIn;

/** The rows of one stage, in memory and then in its temporary table. Lives with one connection. */
final class StageWriter {
  private final Stage stage;
  private final String effectSql;
  private final CopyBuffer buffer = new CopyBuffer();
  private boolean created;
  private PreparedStatement effect;

  StageWriter(Stage stage, String effectSql) {
    this.stage = stage;
    this.effectSql = effectSql;
  }

  Stage stage() {
    return stage;
  }

  CopyBuffer buffer() {
    return buffer;
  }

  /** Makes the temporary table; the caller commits before any rows are copied. */
  boolean createIfMissing(Connection connection) throws SQLException {
    if (created) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(stage.createSql());
    }
    effect = connection.prepareStatement(effectSql);
    // Planned anew each time: a plan that was cached for a stage of three rows would join one of
    // twenty thousand by nested loops.
    effect.unwrap(PGStatement.class).setPrepareThreshold(0);
    created = true;
    return true;
  }

  void copy(Connection connection) throws SQLException {
    if (buffer.rows() == 0) {
      return;
    }
    byte[] bytes = buffer.finish();
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(stage.copySql());
    try {
      copy.writeToCopy(bytes, 0, buffer.size());
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  void applyEffect() throws SQLException {
    if (buffer.rows() > 0) {
      effect.executeUpdate();
    }
  }
}
