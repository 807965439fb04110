package dev.onceflow.outbox;

import dev.onceflow.outbox.write.Outbox;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL with fsync on, started once for all tests; each test has a database of its own,
 * with an outbox in it.
 */
public final class TestingPostgres {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static EmbeddedPostgres server;

  private final String url;

  private TestingPostgres(String url) {
    this.url = url;
  }

  /** A fresh database with nothing but an empty outbox. */
  public static synchronized TestingPostgres withOutbox() {
    try {
      if (server == null) {
        // Ends with the JVM, by a shutdown hook of its own.
        server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("max_prepared_transactions", "5")
                .start();
      }
      String name = "test_" + DATABASES.incrementAndGet();
      try (Connection connection =
              DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      }
      TestingPostgres database = new TestingPostgres(server.getJdbcUrl("postgres", name));
      database.execute(Outbox.script());
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection that commits each statement. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** A connection in a transaction. */
  public Connection begin() throws SQLException {
    Connection connection = connect();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Runs statements. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of all rows, as text. */
  public List<String> column(String sql) {
    try (Connection connection = connect()) {
      return column(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The same over a connection of the caller's. */
  public static List<String> column(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }
}
