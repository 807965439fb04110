package dev.onceflow.sink.batch;

import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.write.BatchWriter;
import dev.onceflow.sink.write.Effects;
import dev.onceflow.sink.write.Incarnations;
import dev.onceflow.sink.write.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection and everything that dies with it. */
final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final BatchWriter writer;
  private final int pid;

  private Session(Connection connection, BatchWriter writer, int pid) {
    this.connection = connection;
    this.writer = writer;
    this.pid = pid;
  }

  static Session open(Database database, Tables tables, Effects effects, Incarnations incarnations)
      throws SQLException {
    Connection connection = database.connect();
    try {
      return new Session(
          connection,
          BatchWriter.open(connection, tables, effects, incarnations),
          connection.unwrap(PGConnection.class).getBackendPID());
    } catch (SQLException | RuntimeException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  BatchWriter writer() {
    return writer;
  }

  /** The server process behind the connection. */
  int pid() {
    return pid;
  }

  @Override
  public void close() {
    closeQuietly(connection);
  }

  /** What is open ends without a commit: the server rolls back what a closed connection leaves. */
  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing a connection failed", e);
    }
  }
}
