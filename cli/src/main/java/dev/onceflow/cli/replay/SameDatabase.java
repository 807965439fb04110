package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * Whether {@code --database} leads where the connector writes to. A copy of that database has the
 * same fences, names and identifiers; what one session locks another one sees only in the same
 * database of the same server. Nothing is written.
 */
final class SameDatabase {
  private static final int LOCK_CLASS = 600846;
  private static final String LOCK = "SELECT pg_advisory_lock(?, ?)";
  private static final String UNLOCK = "SELECT pg_advisory_unlock(?, ?)";
  private static final String IS_LOCKED =
      "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = ?"
          + " AND objid::bigint = ? AND database ="
          + " (SELECT oid FROM pg_database WHERE datname = current_database()))";

  private SameDatabase() {}

  /**
   * Checks it, as far as the connector's address can be used from here.
   *
   * @param mine a session that keeps what it locks until it is told otherwise
   * @param login for where the connector's configuration has none in plain text
   * @throws UserException if the connector writes to another database
   */
  static void require(Connection mine, LiveSink sink, Properties login) {
    Optional<Connection> opened =
        sink.plain("connection.url").flatMap(url -> connect(url, sink, login));
    if (opened.isEmpty()) {
      // Its address is for the workers. Where they write elsewhere the replay's fences are missing,
      // and its tasks stop before anything is done.
      return;
    }
    try (Connection sinks = opened.get()) {
      if (!isLockSeen(mine, sinks)) {
        throw new UserException(
            "--database is not the one that connector %s writes to: its connection.url leads to %s, another one. The plan would count what the replay never touches."
                .formatted(sink.connector(), name(sinks)));
      }
    } catch (SQLException e) {
      throw Replays.refused(e);
    }
  }

  /** The role and the password that a command was given, as the driver takes them. */
  static Properties login(DatabaseOptions database) {
    Properties login = new Properties();
    database.user().ifPresent(user -> login.setProperty("user", user));
    database.password().ifPresent(password -> login.setProperty("password", password));
    return login;
  }

  private static Optional<Connection> connect(String url, LiveSink sink, Properties login) {
    Properties properties = new Properties();
    properties.putAll(login);
    sink.plain("connection.user").ifPresent(user -> properties.setProperty("user", user));
    sink.plain("connection.password").ifPresent(p -> properties.setProperty("password", p));
    try {
      return Optional.of(DatabaseOptions.connect(url, properties, "onceflow replay"));
    } catch (UserException e) {
      return Optional.empty();
    }
  }

  private static boolean isLockSeen(Connection mine, Connection sinks) throws SQLException {
    int key = new SecureRandom().nextInt(Integer.MAX_VALUE);
    lock(mine, LOCK, key);
    try (PreparedStatement query = sinks.prepareStatement(IS_LOCKED)) {
      query.setLong(1, LOCK_CLASS);
      query.setLong(2, key);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    } finally {
      lock(mine, UNLOCK, key);
    }
  }

  private static void lock(Connection mine, String sql, int key) throws SQLException {
    try (PreparedStatement statement = mine.prepareStatement(sql)) {
      statement.setInt(1, LOCK_CLASS);
      statement.setInt(2, key);
      statement.execute();
    }
    mine.commit();
  }

  private static String name(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT format('database %s of the server that runs since %s',"
                    + " current_database(), pg_postmaster_start_time())");
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }
}
