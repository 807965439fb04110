package dev.onceflow.cli.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Looks event IDs up in the table's own column. What is asked for is always named with its
 * relation: a table may have a column of the same name, and everything would be found.
 */
final class KeyProbe extends Probe {
  private static final String ASK =
      """
      WITH missing AS (
        SELECT DISTINCT asked.id FROM unnest(?::text[]) AS asked (id)
        WHERE NOT EXISTS (SELECT FROM %1$s AS t WHERE t.%2$s = asked.id::%3$s)),
      fresh AS (
        INSERT INTO %4$s SELECT ?, id FROM missing ON CONFLICT DO NOTHING RETURNING id)
      SELECT count(*) FROM fresh""";

  private final String sql;

  KeyProbe(Connection connection, SinkTable table) throws SQLException {
    super(connection, table);
    String column =
        table
            .eventColumn()
            .orElseThrow(() -> new UncountableException("no column holds its event ID"));
    this.sql = ASK.formatted(target(), quoted(column), typeOf(column), SEEN);
  }

  @Override
  Optional<List<String>> question(Fields record) {
    return table().eventId().in(record).map(List::of);
  }

  @Override
  Counts answer(List<List<String>> questions) throws SQLException {
    try (PreparedStatement query = connection().prepareStatement(sql)) {
      query.setArray(1, connection().createArrayOf("text", column(questions, 0)));
      query.setString(2, table().name());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        long fresh = row.getLong(1);
        return new Counts(0, fresh, questions.size() - fresh, 0, 0, 0);
      }
    }
  }
}
