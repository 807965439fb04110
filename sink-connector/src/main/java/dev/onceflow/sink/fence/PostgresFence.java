package dev.onceflow.sink.fence;

import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.record.Fingerprint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
  private static final String KEY = " sink = ? AND run = ? AND topic = ? AND partition = ?";
  private static final String ROW =
      " next_offset, epoch, owner, updated_at, topic_id, last_offset, last_timestamp_ms,"
          + " last_key_hash, last_event_id";
  private static final String EXPECTED = " AND epoch = ? AND owner = ? AND next_offset = ?";
  // Only a claim sets updated_at: set by batches, too, it would make the row of an old owner, who
  // writes on after a restore, look younger than the new owner's claim.
  // A claimed partition is in use: it holds the memory's clock until it stands still for a horizon.
  private static final String CLAIMED =
      " SET epoch = f.epoch + 1, owner = ?, topic_id = coalesce(f.topic_id, ?),"
          + " updated_at = clock_timestamp(), advanced_at = clock_timestamp()";
  private static final String CLAIM =
      "UPDATE " + OnceflowSchema.FENCE + " AS f" + CLAIMED + " WHERE" + KEY + " RETURNING" + ROW;
  private static final String CREATE =
      "INSERT INTO "
          + OnceflowSchema.FENCE
          + " AS f (sink, run, topic, partition, next_offset, epoch, owner, topic_id)"
          + " VALUES (?, ?, ?, ?, ?, 1, ?, ?)"
          + " ON CONFLICT (sink, run, topic, partition) DO UPDATE"
          + CLAIMED
          + " RETURNING"
          + ROW;
  private static final String ADVANCE =
      "UPDATE "
          + OnceflowSchema.FENCE
          + " SET next_offset = ?, last_offset = ?, last_timestamp_ms = ?, last_key_hash = ?,"
          + " last_event_id = ?, advanced_at = clock_timestamp() WHERE"
          + KEY
          + EXPECTED;
  private static final String SKIP =
      "UPDATE "
          + OnceflowSchema.FENCE
          + " SET next_offset = ?, advanced_at = clock_timestamp() WHERE"
          + KEY
          + EXPECTED;
  private static final String READ =
      "SELECT" + ROW + " FROM " + OnceflowSchema.FENCE + " WHERE" + KEY;
  private final String sink;
  private final String run;
  private final String owner;

  /**
   * The fences of one run of a sink, for one owner.
   *
   * @param run a replay's name, or empty for live work
   * @param owner names connector, process and a random token; unique to one task's life
   */
  public PostgresFence(String sink, String run, String owner) {
    this.sink = sink;
    this.run = run;
    this.owner = owner;
  }

  @Override
  public boolean isKept() {
    return true;
  }

  @Override
  public Optional<FenceRow> claim(
      Connection connection, TopicPartition partition, Optional<UUID> topicId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setString(1, owner);
      statement.setObject(2, topicId.orElse(null), Types.OTHER);
      bindKey(statement, 3, partition);
      return onlyRow(statement);
    }
  }

  @Override
  public FenceRow create(
      Connection connection, TopicPartition partition, long nextOffset, Optional<UUID> topicId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CREATE)) {
      bindKey(statement, 1, partition);
      statement.setLong(5, nextOffset);
      statement.setString(6, owner);
      statement.setObject(7, topicId.orElse(null), Types.OTHER);
      statement.setString(8, owner);
      statement.setObject(9, topicId.orElse(null), Types.OTHER);
      return onlyRow(statement).orElseThrow();
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
  public boolean skip(Connection connection, Advance advance) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SKIP)) {
      statement.setLong(1, advance.next());
      bindKey(statement, 2, advance.partition());
      statement.setLong(6, advance.epoch());
      statement.setString(7, owner);
      statement.setLong(8, advance.expected());
      return statement.executeUpdate() == 1;
    }
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

  private void bindKey(PreparedStatement statement, int first, TopicPartition partition)
      throws SQLException {
    statement.setString(first, sink);
    statement.setString(first + 1, run);
    statement.setString(first + 2, partition.topic());
    statement.setInt(first + 3, partition.partition());
  }

  private static Optional<FenceRow> onlyRow(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(row(row)) : Optional.empty();
    }
  }

  private static FenceRow row(ResultSet row) throws SQLException {
    return new FenceRow(
        row.getLong("next_offset"),
        row.getLong("epoch"),
        row.getString("owner"),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("topic_id", UUID.class)),
        lastRecord(row));
  }

  private static Optional<Fingerprint> lastRecord(ResultSet row) throws SQLException {
    Long offset = row.getObject("last_offset", Long.class);
    return offset == null
        ? Optional.empty()
        : Optional.of(
            new Fingerprint(
                offset,
                Optional.ofNullable(row.getObject("last_timestamp_ms", Long.class)),
                Optional.ofNullable(row.getBytes("last_key_hash")),
                Optional.ofNullable(row.getString("last_event_id"))));
  }
}
