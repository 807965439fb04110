package dev.onceflow.benchmarks.replay;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The target database, asked from outside; each question has a connection of its own, but for those
 * of a {@link Watch}.
 *
 * @param url with its user
 */
record Target(String url) {
  private static final String NO_TABLE = "42P01";
  private static final String NO_SCHEMA = "3F000";

  private static final String APPLIED =
      "SELECT coalesce(sum(next_offset), 0) FROM onceflow.fence WHERE sink = ? AND run = ''";

  private static final String FENCES =
      "SELECT topic, partition, next_offset FROM onceflow.fence WHERE sink = ? AND run = ''";

  // 600845 is the class of the lock that a command holds while it drives a replay.
  private static final String STANDING =
      """
      SELECT r.id, r.run, r.state,
        coalesce((SELECT sum(f.next_offset) FROM onceflow.fence f
          WHERE f.sink = r.sink AND f.run = r.run), 0)
        - (SELECT sum((e ->> 'start')::bigint) FROM jsonb_array_elements(r.ranges) e),
        (SELECT sum((e ->> 'end')::bigint - (e ->> 'start')::bigint)
          FROM jsonb_array_elements(r.ranges) e),
        EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 600845)
      FROM onceflow.replays r ORDER BY r.id DESC LIMIT 1""";

  /**
   * Where the latest replay stands.
   *
   * @param done offsets that it has passed, of {@code size}; below 0 once its fences are gone
   * @param isDriven whether a command drives it, beside Connect
   */
  record Standing(long id, String run, String state, long done, long size, boolean isDriven) {
    double share() {
      return (double) done / size;
    }
  }

  /** Executes statements in one transaction. */
  void execute(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  /** Executes one statement that takes no transaction. */
  void executeAlone(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String text(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  /** Offsets that a sink's live fences have passed; 0 before it has claimed anything. */
  long applied(String sink) throws SQLException {
    try (Watch watch = watch()) {
      return watch.applied(sink);
    }
  }

  /** Where the latest replay stands; empty before there was one. */
  Optional<Standing> replay() throws SQLException {
    try (Watch watch = watch()) {
      return watch.replay();
    }
  }

  /** To ask the same again and again, over one connection. */
  Watch watch() throws SQLException {
    return new Watch(DriverManager.getConnection(url));
  }

  /** Asks over a connection of its own, which a new one for each question would outweigh. */
  static final class Watch implements AutoCloseable {
    private final Connection connection;

    private Watch(Connection connection) {
      this.connection = connection;
    }

    long applied(String sink) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(APPLIED)) {
        statement.setString(1, sink);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          return row.getLong(1);
        }
      } catch (SQLException e) {
        if (isMissing(e)) {
          return 0;
        }
        throw e;
      }
    }

    /** A sink's live fences; none before it has claimed anything. */
    Map<TopicPartition, Long> fences(String sink) throws SQLException {
      Map<TopicPartition, Long> fences = new HashMap<>();
      try (PreparedStatement statement = connection.prepareStatement(FENCES)) {
        statement.setString(1, sink);
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            fences.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3));
          }
        }
      } catch (SQLException e) {
        if (!isMissing(e)) {
          throw e;
        }
      }
      return fences;
    }

    Optional<Standing> replay() throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(STANDING);
          ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Standing(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getBoolean(6)))
            : Optional.empty();
      } catch (SQLException e) {
        if (isMissing(e)) {
          return Optional.empty();
        }
        throw e;
      }
    }

    private static boolean isMissing(SQLException e) {
      return NO_TABLE.equals(e.getSQLState()) || NO_SCHEMA.equals(e.getSQLState());
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
