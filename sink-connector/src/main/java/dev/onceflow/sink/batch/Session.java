package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.DeadLetterTable;
import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.postgres.Preflight;
import dev.onceflow.sink.schema.CatalogueWatch;
import dev.onceflow.sink.write.Batch;
import dev.onceflow.sink.write.BatchWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection and everything that dies with it. Used by the database's thread. */
final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final Preflight preflight;
  private final BatchWriter.Options options;
  private final CatalogueWatch watch;
  private final int pid;
  private BatchWriter writer;
  private int writers;

  private Session(
      Connection connection,
      Preflight preflight,
      BatchWriter.Options options,
      CatalogueWatch watch,
      int pid) {
    this.connection = connection;
    this.preflight = preflight;
    this.options = options;
    this.watch = watch;
    this.pid = pid;
  }

  static Session open(
      Database database,
      Preflight preflight,
      BatchWriter.Options options,
      Optional<DeadLetterTable> deadLetters,
      CatalogueWatch watch)
      throws SQLException {
    Connection connection = database.connect();
    try {
      refuse(preflight.violationsOfServer(connection));
      Session session =
          new Session(
              connection,
              preflight,
              options,
              watch,
              connection.unwrap(PGConnection.class).getBackendPID());
      if (deadLetters.isPresent()) {
        deadLetters.get().createIfMissing(connection);
      }
      session.writer = BatchWriter.open(connection, options, session.writers++);
      session.watchTables();
      if (!preflight.accepted().isEmpty()) {
        LOG.warn("violations are accepted by preflight.accept: {}", preflight.acceptedNames());
      }
      return session;
    } catch (SQLException | RuntimeException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /** Remembered before they are looked at, so that a change in between is noticed. */
  private void watchTables() throws SQLException {
    watch.remember(connection, writer.targetNames());
    refuse(preflight.violationsOfTables(connection, writer.targetNames()));
    connection.commit();
  }

  private static void refuse(List<String> violations) {
    if (!violations.isEmpty()) {
      throw new ConnectException(
          "the database can't hold the guarantee. %s. Or accept what is named before the colon: preflight.accept"
              .formatted(String.join(". ", violations)));
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

  /** Prepares what records have asked for, between two batches; {@link #writer} may be another. */
  void prepareWanted() throws SQLException {
    boolean isPrepared = writer.prepareWanted();
    // What records ask for may be there because somebody has added it: then the writer's
    // descriptions are older than the table, and would leave the column out in silence.
    boolean isChanged = !watch.changedNow(connection).isEmpty();
    if (isPrepared || isChanged) {
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
    if (!watch.isDue()) {
      return false;
    }
    boolean isChanged = !watch.changedNow(connection).isEmpty();
    // Also what isn't described, such as a partition that was attached.
    refuse(preflight.violationsOfTables(connection, writer.targetNames()));
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
