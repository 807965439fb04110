package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections that are set up as the sink's protocol needs them: no autocommit, READ
 * COMMITTED whatever the server's default is, waits for locks bounded, and the sink's own tables
 * there. The caller closes them.
 */
public final class Database {
  private static final int CONNECT_TIMEOUT_S = 10;
  // A peer that vanished without a word must not hold put() past max.poll.interval.ms.
  private static final int SOCKET_TIMEOUT_S = 120;

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
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // jit: compiling costs more than it saves on statements over one batch.
      statement.execute("SET lock_timeout = " + settings.lockTimeoutMs() + "; SET jit = off");
    }
    OnceflowSchema.createIfMissing(connection);
    connection.commit();
  }

  private static void closeAfter(Exception failure, Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
