package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of {@code onceflow.fence}, seen and changed in one database transaction, which {@link
 * #close} rolls back unless it was committed. A changed row has a higher epoch and another owner,
 * so the next compare-and-set of a task that claimed it before misses.
 */
final class FenceTable implements AutoCloseable {
  /** Not the sink's own name: who bears that and blocks it is terminated. */
  static final String APPLICATION = "onceflow fence";

  private static final String TABLE = "onceflow.fence";
  private static final String OF_KEY =
      " WHERE sink = ? AND run = ? AND topic = ? AND partition = ?";
  private static final String NEW_OWNER =
      " epoch = f.epoch + 1, owner = ?, updated_at = clock_timestamp()";
  private static final String MOVE =
      """
      INSERT INTO onceflow.fence AS f (sink, run, topic, partition, next_offset, epoch, owner, topic_id)
      VALUES (?, ?, ?, ?, ?, 1, ?, ?)
      ON CONFLICT (sink, run, topic, partition) DO UPDATE
      SET next_offset = excluded.next_offset, epoch = f.epoch + 1, owner = excluded.owner,
        topic_id = coalesce(excluded.topic_id, f.topic_id), last_offset = NULL,
        last_timestamp_ms = NULL, last_key_hash = NULL, last_event_id = NULL,
        updated_at = clock_timestamp()\
      """;
  private static final String LOCK_TIMEOUT = "10s";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Connection connection;

  private FenceTable(Connection connection) {
    this.connection = connection;
  }

  /** Begins a transaction in {@code connection}, which {@link #close} closes. */
  static FenceTable open(Connection connection) {
    FenceTable table = new FenceTable(connection);
    try {
      table.begin();
      return table;
    } catch (SQLException | RuntimeException e) {
      table.close();
      throw e instanceof SQLException failure ? refused(failure) : (RuntimeException) e;
    }
  }

  private void begin() throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
      try (ResultSet row = statement.executeQuery("SELECT to_regclass('" + TABLE + "')")) {
        if (!row.next() || row.getString(1) == null) {
          throw new UserException(
              "This database has no table onceflow.fence: it must be the one that the sink writes to.");
        }
      }
    }
  }

  /** In whose transaction changes are noted. */
  Connection connection() {
    return connection;
  }

  /**
   * Rows, sorted.
   *
   * @param sink of one sink; empty for all
   * @param topic of one topic; empty for all
   */
  List<FenceRow> rows(Optional<String> sink, Optional<String> run, Optional<String> topic) {
    String sql =
        FenceColumns.SELECT
            + " WHERE (?::text IS NULL OR sink = ?) AND (?::text IS NULL OR run = ?)"
            + " AND (?::text IS NULL OR topic = ?) ORDER BY sink, run, topic, partition";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      List<Optional<String>> filters = List.of(sink, run, topic);
      for (int i = 0; i < filters.size(); i++) {
        query.setString(2 * i + 1, filters.get(i).orElse(null));
        query.setString(2 * i + 2, filters.get(i).orElse(null));
      }
      return rows(query);
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /** A row, locked until the end of the transaction. */
  Optional<FenceRow> lock(FenceKey key) {
    return row(key, " FOR UPDATE");
  }

  /** A row as it is now. */
  Optional<FenceRow> find(FenceKey key) {
    return row(key, "");
  }

  private Optional<FenceRow> row(FenceKey key, String locking) {
    try (PreparedStatement query =
        connection.prepareStatement(FenceColumns.SELECT + OF_KEY + locking)) {
      bind(query, 1, key);
      return rows(query).stream().findFirst();
    } catch (SQLException e) {
      throw LOCK_NOT_AVAILABLE.equals(e.getSQLState())
          ? new UserException(
              "The fence of %s is held by a batch that doesn't end within %s: stop the connector, then try again."
                  .formatted(key, LOCK_TIMEOUT),
              e)
          : refused(e);
    }
  }

  /** Changes a row; answers with what it is now. */
  Optional<FenceRow> apply(FenceKey key, Change change, String owner) {
    try {
      if (change instanceof Change.MoveTo move) {
        moveTo(key, move, owner);
      } else if (change instanceof Change.Release) {
        release(key, owner);
      } else {
        delete(key);
      }
    } catch (SQLException e) {
      throw refused(e);
    }
    return row(key, "");
  }

  private void moveTo(FenceKey key, Change.MoveTo move, String owner) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
      bind(statement, 1, key);
      statement.setLong(5, move.offset());
      statement.setString(6, owner);
      statement.setObject(7, move.topicId().orElse(null), Types.OTHER);
      statement.executeUpdate();
    }
  }

  private void release(FenceKey key, String owner) throws SQLException {
    String sql = "UPDATE onceflow.fence AS f SET" + NEW_OWNER + OF_KEY;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, owner);
      bind(statement, 2, key);
      statement.executeUpdate();
    }
  }

  private void delete(FenceKey key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM onceflow.fence" + OF_KEY)) {
      bind(statement, 1, key);
      statement.executeUpdate();
    }
  }

  static void bind(PreparedStatement statement, int first, FenceKey key) throws SQLException {
    statement.setString(first, key.sink());
    statement.setString(first + 1, key.run());
    statement.setString(first + 2, key.topic());
    statement.setInt(first + 3, key.partition());
  }

  private static List<FenceRow> rows(PreparedStatement query) throws SQLException {
    List<FenceRow> found = new ArrayList<>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        found.add(FenceColumns.read(rows));
      }
    }
    return found;
  }

  /** Makes the changes hold. */
  void commit() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new UserException(
          "Whether the change was committed is not known (%s): look with 'onceflow fence list'."
              .formatted(e.getMessage()),
          e);
    }
  }

  static UserException refused(SQLException e) {
    return new UserException(
        "The target database refused, and nothing was changed: %s (SQLSTATE %s)."
            .formatted(e.getMessage(), e.getSQLState()),
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server rolls back what a lost connection leaves.
    }
  }
}
