package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/**
 * Opens connections that are set up as the sink's protocol needs them: no autocommit, READ
 * COMMITTED whatever the server's default is, waits for locks bounded, and the sink's own tables
 * there. The caller closes them.
 */
public final class Database {
  /**
   * How long a connection waits for an answer where its URL doesn't say: a peer that vanished
   * without a word must not hold put() past max.poll.interval.ms.
   */
  public static final int SOCKET_TIMEOUT_S = 120;

  private static final int CONNECT_TIMEOUT_S = 10;

  /** invalid_database_definition: neither time nor another record helps. */
  private static final String POOLER_STATE = "42P12";

  private final ConnectionSettings settings;

  /** Connects to nothing yet. */
  public Database(ConnectionSettings settings) {
    this.settings = settings;
  }

  /** Opens a connection. */
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    settings.user().ifPresent(user -> PGProperty.USER.set(properties, user));
    settings.password().ifPresent(password -> PGProperty.PASSWORD.set(properties, password));
    settings.tls().mode().ifPresent(mode -> PGProperty.SSL_MODE.set(properties, mode));
    settings.tls().rootCertificate().ifPresent(f -> PGProperty.SSL_ROOT_CERT.set(properties, f));
    settings.tls().certificate().ifPresent(f -> PGProperty.SSL_CERT.set(properties, f));
    settings.tls().key().ifPresent(f -> PGProperty.SSL_KEY.set(properties, f));
    PGProperty.APPLICATION_NAME.set(properties, settings.applicationName());
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_S);
    PGProperty.SOCKET_TIMEOUT.set(properties, SOCKET_TIMEOUT_S);
    // Not DriverManager: it hides drivers of one plugin's class loader from another.
    Connection connection = new Driver().connect(settings.url(), properties);
    if (connection == null) {
      throw new SQLException("connection.url " + settings.address() + " is not a PostgreSQL URL");
    }
    try {
      prepare(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      closeAfter(e, connection);
      throw e;
    }
  }

  private void prepare(Connection connection) throws SQLException {
    refusePooler(connection);
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // jit: compiling costs more than it saves on statements over one batch.
      statement.execute(
          "SET lock_timeout = %d; SET statement_timeout = %d; SET jit = off"
              .formatted(settings.lockTimeoutMs(), settings.statementTimeoutMs()));
    }
    OnceflowSchema.createIfMissing(connection);
    connection.commit();
  }

  // Behind a pooler that gives each transaction another server connection, temporary tables,
  // settings
  // and the server process's ID aren't ours. The ID that a pooler gives its clients is its own.
  private static void refusePooler(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      int pid = connection.unwrap(PGConnection.class).getBackendPID();
      if (row.getInt(1) != pid) {
        throw new SQLException(
            "connection.url leads to a connection pooler (the server process is "
                + row.getInt(1)
                + ", the connection says "
                + pid
                + "), behind which temporary tables don't last; give the address of PostgreSQL itself",
            POOLER_STATE);
      }
    }
  }

  private static void closeAfter(Exception failure, Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
