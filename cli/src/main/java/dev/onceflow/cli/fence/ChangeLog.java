package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code onceflow.fence_changes}: every change by hand, with who, when and why, written in the
 * change's own transaction. Made on first use.
 */
final class ChangeLog {
  // Two that begin together could both see "not there"; the sink takes the same lock for its
  // tables.
  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS onceflow.fence_changes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_by text NOT NULL,
        role text NOT NULL DEFAULT session_user,
        command text NOT NULL,
        reason text NOT NULL,
        sink text COLLATE "C" NOT NULL,
        run text COLLATE "C" NOT NULL,
        topic text COLLATE "C" NOT NULL,
        partition int NOT NULL,
        before jsonb,
        after jsonb
      )""";
  private static final String INSERT =
      """
      INSERT INTO onceflow.fence_changes
        (sink, run, topic, partition, changed_by, command, reason, before, after)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)""";

  private static final String SELECT =
      """
      SELECT changed_at, changed_by, role, command, reason,
        before->>'next_offset' AS before, after->>'next_offset' AS after
      FROM onceflow.fence_changes
      WHERE sink = ? AND run = ? AND topic = ? AND partition = ? ORDER BY id""";

  private final Connection connection;

  /**
   * A change by hand.
   *
   * @param before the next offset before it; empty where there was no fence
   * @param after the next offset after it; empty where there was no fence any more
   */
  record Note(
      Instant at,
      String by,
      String role,
      String command,
      String reason,
      Optional<Long> before,
      Optional<Long> after) {
    String text() {
      return "    %s  %s: %s -> %s, by %s as %s: %s"
          .formatted(at, command, offset(before), offset(after), by, role, reason);
    }

    private static String offset(Optional<Long> offset) {
      return offset.map(Object::toString).orElse("no fence");
    }

    ObjectNode json() {
      return FenceJson.object()
          .put("changed_at", at.toString())
          .put("changed_by", by)
          .put("role", role)
          .put("command", command)
          .put("reason", reason)
          .put("offset_before", before.orElse(null))
          .put("offset_after", after.orElse(null));
    }
  }

  private ChangeLog(Connection connection) {
    this.connection = connection;
  }

  static ChangeLog open(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      if (!isThere(statement)) {
        statement.execute(LOCK);
        statement.execute(CREATE);
      }
      return new ChangeLog(connection);
    } catch (SQLException e) {
      throw FenceTable.refused(e);
    }
  }

  /** What was changed of one fence, the oldest first; nothing where nobody ever changed one. */
  static List<Note> notes(Connection connection, FenceKey key) {
    List<Note> notes = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      if (!isThere(statement)) {
        return notes;
      }
      try (PreparedStatement query = connection.prepareStatement(SELECT)) {
        FenceTable.bind(query, 1, key);
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            notes.add(
                new Note(
                    rows.getObject("changed_at", OffsetDateTime.class).toInstant(),
                    rows.getString("changed_by"),
                    rows.getString("role"),
                    rows.getString("command"),
                    rows.getString("reason"),
                    Optional.ofNullable(rows.getString("before")).map(Long::valueOf),
                    Optional.ofNullable(rows.getString("after")).map(Long::valueOf)));
          }
        }
      }
      return notes;
    } catch (SQLException e) {
      throw FenceTable.refused(e);
    }
  }

  private static boolean isThere(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT to_regclass('onceflow.fence_changes') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  void add(Operator operator, FenceKey key, Optional<FenceRow> before, Optional<FenceRow> after) {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      FenceTable.bind(statement, 1, key);
      statement.setString(5, operator.name());
      statement.setString(6, operator.command());
      statement.setString(7, operator.reason());
      statement.setString(8, before.map(row -> FenceJson.of(row).toString()).orElse(null));
      statement.setString(9, after.map(row -> FenceJson.of(row).toString()).orElse(null));
      statement.executeUpdate();
    } catch (SQLException e) {
      throw FenceTable.refused(e);
    }
  }
}
