package dev.onceflow.cli.audit;

import dev.onceflow.cli.UserException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

/**
 * A table's rows, read through a cursor in the caller's transaction, so that all tables are seen at
 * one cut with the fence.
 */
record TableRows(Connection snapshot, String query, Reader id, Reader content)
    implements RowSource {
  private static final int FETCH_ROWS = 5_000;

  /** Reads one part of a row. */
  interface Reader {
    String read(ResultSet row) throws SQLException;
  }

  @Override
  public void forEach(Consumer<AuditRow> action) {
    try (Statement statement = snapshot.createStatement()) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery(query)) {
        while (rows.next()) {
          action.accept(new AuditRow(id.read(rows), content.read(rows)));
        }
      }
    } catch (SQLException e) {
      throw new UserException(
          "The table can't be read (%s): %s".formatted(query, e.getMessage()), e);
    }
  }
}
