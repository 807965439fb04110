package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Deviation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the sink has refused. Nothing may: all that can't take effect is set aside by the job, and
 * what the job has posted must reach its tables.
 */
final class SinkDeadLetters {
  private static final String NAME = "sink-dead-letters";
  private static final int NAMED_MAX = 20;
  private static final String THERE = "SELECT to_regclass('onceflow.dlq') IS NOT NULL";
  private static final String ROWS =
      """
      SELECT topic, partition, "offset", reason, message
      FROM onceflow.dlq ORDER BY topic, partition, "offset"\
      """;

  private SinkDeadLetters() {}

  /** Looks at the table of dead letters; where there is none nobody could say what was refused. */
  static Check check(int leg, String jdbcUrl) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      if (!isThere(statement)) {
        return new Check(
            leg,
            NAME,
            Answer.UNKNOWN,
            Map.of(),
            0,
            List.of(),
            "there is no table onceflow.dlq: the sink wasn't told dlq.table=true");
      }
      return check(leg, statement);
    } catch (SQLException e) {
      throw new UserException("The sink's dead letters can't be read: " + e.getMessage(), e);
    }
  }

  private static boolean isThere(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(THERE)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static Check check(int leg, Statement statement) throws SQLException {
    long refused = 0;
    List<Deviation> named = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(ROWS)) {
      while (row.next()) {
        refused++;
        if (named.size() < NAMED_MAX) {
          named.add(
              new Deviation(
                  "a record of " + row.getString("topic"),
                  "applied",
                  "refused: %s %s".formatted(row.getString("reason"), row.getString("message")),
                  "%s-%d-%d"
                      .formatted(
                          row.getString("topic"), row.getInt("partition"), row.getLong("offset"))));
        }
      }
    }
    return new Check(
        leg,
        NAME,
        refused == 0 ? Answer.VALID : Answer.INVALID,
        Map.of("refused", refused),
        refused,
        named,
        refused == 0
            ? "the sink has refused nothing"
            : "%,d refused, such as %s".formatted(refused, named.get(0).inWords()));
  }
}
