package dev.onceflow.sink.batch;

import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.write.Batch;
import dev.onceflow.sink.write.BatchWriter;
import dev.onceflow.sink.write.Effects;
import dev.onceflow.sink.write.TableSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection and everything that dies with it. */
final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final BatchWriter writer;
  private final Batch batch;

  private Session(Connection connection, BatchWriter writer) {
    this.connection = connection;
    this.writer = writer;
    this.batch = writer.newBatch();
  }

  static Session open(Database database, List<TableSpec> tables, Effects effects)
      throws SQLException {
    Connection connection = database.connect();
    try {
      return new Session(connection, BatchWriter.open(connection, tables, effects));
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

  Batch batch() {
    return batch;
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
