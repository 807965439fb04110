package dev.onceflow.sink.fence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the next offset of each partition is kept, and who may move it. One instance belongs to one
 * task. All methods work in the connection's current database transaction, and none commits.
 */
public interface Fence {
  /** Whether there is a row for each partition; if not, Connect's own offsets hold. */
  boolean isKept();

  /**
   * Makes this task the owner: what any earlier owner does after the commit has no effect.
   *
   * @param topicId noted where the row has none yet
   * @return what the database says now; empty where there is no row
   */
  Optional<FenceRow> claim(Connection connection, TopicPartition partition, Optional<UUID> topicId)
      throws SQLException;

  /**
   * Makes the row of a partition that has none, owned by this task; where another task was faster,
   * claims what that one made.
   *
   * @param nextOffset where effects begin
   */
  FenceRow create(
      Connection connection, TopicPartition partition, long nextOffset, Optional<UUID> topicId)
      throws SQLException;

  /**
   * Moves fences by compare-and-set.
   *
   * @param advances in the order of {@link Partitions#ORDER}
   * @return those that were not where this task expected them, or are another owner's; then the
   *     transaction must be rolled back
   */
  List<Advance> advance(Connection connection, List<Advance> advances) throws SQLException;

  /**
   * Moves a fence by compare-and-set over offsets that have no effects; the last record that was
   * applied stays noted.
   *
   * @return whether the fence was where this task expected it, and is its own
   */
  boolean skip(Connection connection, Advance advance) throws SQLException;

  /** What the database says, or empty where there is no row. */
  Optional<FenceRow> read(Connection connection, TopicPartition partition) throws SQLException;

  /** Whether that row is this task's, in that epoch. */
  boolean isMine(FenceRow row, long epoch);
}
