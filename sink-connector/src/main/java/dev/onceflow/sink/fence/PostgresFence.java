package dev.onceflow.sink.fence;

import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.record.Fingerprint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The fence as a row of {@code onceflow.fence}, moved in the effects' own database transaction. So
 * the row and the effects can't disagree: a crash leaves both or neither, and a lost answer to a
 * COMMIT is answered by the row.
 *
 * <p>The compare-and-set names the owner's random token beside the epoch: after a restore of the
 * database two owners can have been given one epoch.
 */
public final class PostgresFence implements Fence {
  private static final String LIVE_RUN = "";
  private static final long EARLIEST = 0;
  private static final String KEY = " sink = ? AND run = ? AND topic = ? AND partition = ?";
  private static final String CLAIM =
      "INSERT INTO "
          + OnceflowSchema.FENCE
          + " AS f (sink, run, topic, partition, next_offset, epoch, owner)"
          + " VALUES (?, ?, ?, ?, ?, 1, ?)"
          + " ON CONFLICT (sink, run, topic, partition)"
          + " DO UPDATE SET epoch = f.epoch + 1, owner = excluded.owner, updated_at = now()"
          + " RETURNING next_offset, epoch, owner";
  private static final String ADVANCE =
      "UPDATE "
          + OnceflowSchema.FENCE
          + " SET next_offset = ?, last_offset = ?, last_timestamp_ms = ?, last_key_hash = ?,"
          + " last_event_id = ?, updated_at = now() WHERE"
          + KEY
          + " AND epoch = ? AND owner = ? AND next_offset = ?";
  private static final String READ =
      "SELECT next_offset, epoch, owner FROM " + OnceflowSchema.FENCE + " WHERE" + KEY;
  // Whoever has changed the row and not yet committed stands in the xmax of the version that we
  // still see. That needs no second connection to watch this one while it waits. The same role and
  // application_name: never anybody's but this sink's own connection.
  private static final String TERMINATE =
      "SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid))"
          + " FROM "
          + OnceflowSchema.FENCE
          + " f JOIN pg_locks l ON l.locktype = 'transactionid' AND l.granted"
          + " AND l.transactionid = f.xmax JOIN pg_stat_activity a ON a.pid = l.pid"
          + " WHERE a.pid <> pg_backend_pid() AND a.usename = current_user"
          + " AND a.application_name = current_setting('application_name') AND"
          + KEY;

  private final String sink;
  private final String owner;

  /**
   * The fences of one sink, for one owner.
   *
   * @param owner names connector, process and a random token; unique to one task's life
   */
  public PostgresFence(String sink, String owner) {
    this.sink = sink;
    this.owner = owner;
  }

  @Override
  public Optional<FenceRow> claim(Connection connection, TopicPartition partition)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      bindKey(statement, 1, partition);
      statement.setLong(5, EARLIEST);
      statement.setString(6, owner);
      return onlyRow(statement);
    }
  }

  @Override
  public List<Advance> advance(Connection connection, List<Advance> advances) throws SQLException {
    List<Advance> missed = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
      for (Advance advance : advances) {
        bind(statement, advance);
        statement.addBatch();
      }
      int[] updated = statement.executeBatch();
      for (int i = 0; i < updated.length; i++) {
        if (updated[i] != 1) {
          missed.add(advances.get(i));
        }
      }
    }
    return missed;
  }

  private void bind(PreparedStatement statement, Advance advance) throws SQLException {
    Fingerprint last = advance.last();
    statement.setLong(1, advance.next());
    statement.setLong(2, last.offset());
    if (last.timestampMs().isPresent()) {
      statement.setLong(3, last.timestampMs().get());
    } else {
      statement.setNull(3, Types.BIGINT);
    }
    statement.setBytes(4, last.keyHash().orElse(null));
    statement.setString(5, last.eventId().orElse(null));
    bindKey(statement, 6, advance.partition());
    statement.setLong(10, advance.epoch());
    statement.setString(11, owner);
    statement.setLong(12, advance.expected());
  }

  @Override
  public Optional<FenceRow> read(Connection connection, TopicPartition partition)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      bindKey(statement, 1, partition);
      return onlyRow(statement);
    }
  }

  @Override
  public boolean isMine(FenceRow row, long epoch) {
    return row.epoch() == epoch && row.owner().equals(owner);
  }

  @Override
  public int terminateHolders(Connection connection, TopicPartition partition) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TERMINATE)) {
      bindKey(statement, 1, partition);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private void bindKey(PreparedStatement statement, int first, TopicPartition partition)
      throws SQLException {
    statement.setString(first, sink);
    statement.setString(first + 1, LIVE_RUN);
    statement.setString(first + 2, partition.topic());
    statement.setInt(first + 3, partition.partition());
  }

  private static Optional<FenceRow> onlyRow(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next()
          ? Optional.of(new FenceRow(row.getLong(1), row.getLong(2), row.getString(3)))
          : Optional.empty();
    }
  }
}
