package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.DeadLetterTable;
import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.schema.CatalogueWatch;
import dev.onceflow.sink.write.Batch;
import dev.onceflow.sink.write.BatchWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection and everything that dies with it. Used by the database's thread. */
final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final BatchWriter.Options options;
  private final CatalogueWatch watch;
  private final int pid;
  private BatchWriter writer;
  private int writers;

  private Session(
      Connection connection, BatchWriter.Options options, CatalogueWatch watch, int pid) {
    this.connection = connection;
    this.options = options;
    this.watch = watch;
    this.pid = pid;
  }

  static Session open(
      Database database,
      BatchWriter.Options options,
      Optional<DeadLetterTable> deadLetters,
      InstantSource clock,
      long refreshMs)
      throws SQLException {
    Connection connection = database.connect();
    try {
      Session session =
          new Session(
              connection,
              options,
              new CatalogueWatch(clock, refreshMs),
              connection.unwrap(PGConnection.class).getBackendPID());
      if (deadLetters.isPresent()) {
        deadLetters.get().createIfMissing(connection);
      }
      session.writer = BatchWriter.open(connection, options, session.writers++);
      session.watchTables();
      return session;
    } catch (SQLException | RuntimeException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  private void watchTables() throws SQLException {
    watch.remember(connection, writer.targetNames());
    connection.commit();
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

  /** Prepares what records have asked for, between two batches; {@link #writer} may be another. */
  void prepareWanted() throws SQLException {
    if (writer.prepareWanted()) {
      renewWriter();
    } else {
      watchTables();
    }
  }

  /**
   * Whether somebody changed a target table, looked up now and then; then {@link #writer} is
   * another one, and batches that were filled for the one before are of no use.
   */
  boolean noticesChange() throws SQLException {
    boolean isChanged = !watch.changed(connection).isEmpty();
    connection.commit();
    if (isChanged) {
      renewWriter();
    }
    return isChanged;
  }

  /** The same, looked up at once, after a failure that a change would explain. */
  boolean wasChanged() throws SQLException {
    connection.rollback();
    boolean isChanged = !watch.changedNow(connection).isEmpty();
    connection.commit();
    if (isChanged) {
      renewWriter();
    }
    return isChanged;
  }

  /** Stages a batch's rows; false where a table has changed, as with {@link #noticesChange}. */
  boolean stage(Batch batch) throws SQLException {
    if (writer.stage(batch, watch)) {
      return true;
    }
    connection.rollback();
    renewWriter();
    return false;
  }

  private void renewWriter() throws SQLException {
    LOG.info("target tables have changed; their descriptions are read again");
    writer = writer.renewed(options, writers++);
    watchTables();
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
