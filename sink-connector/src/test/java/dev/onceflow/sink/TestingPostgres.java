package dev.onceflow.sink;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL with fsync on, started once for all tests; each test has a database of its own.
 */
final class TestingPostgres {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static EmbeddedPostgres server;

  private final int port;
  private final String name;

  private TestingPostgres(int port, String name) {
    this.port = port;
    this.name = name;
  }

  /** A fresh, empty database. */
  static synchronized TestingPostgres freshDatabase() {
    try {
      if (server == null) {
        // Ends with the JVM, by a shutdown hook of its own.
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "on").start();
      }
      return freshDatabaseOf(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A fresh, empty database of a server of the test's own. */
  static TestingPostgres freshDatabaseOf(EmbeddedPostgres own) {
    return freshDatabaseOf(own, "test_" + DATABASES.incrementAndGet());
  }

  static TestingPostgres freshDatabaseOf(EmbeddedPostgres own, String name) {
    databaseOf(own, "postgres").execute("CREATE DATABASE " + name);
    return databaseOf(own, name);
  }

  /** A database that is there already. */
  static TestingPostgres databaseOf(EmbeddedPostgres own, String name) {
    return new TestingPostgres(own.getPort(), name);
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
  }

  String url() {
    return url(port, name);
  }

  /** The same database, reached over another port. */
  String urlThrough(int otherPort) {
    return url(otherPort, name);
  }

  int port() {
    return port;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** All rows as text, fields with commas between, rows with spaces between. */
  String query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      StringBuilder text = new StringBuilder();
      while (row.next()) {
        text.append(text.isEmpty() ? "" : " ");
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          text.append(i == 1 ? "" : ",").append(row.getString(i));
        }
      }
      return text.toString();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
