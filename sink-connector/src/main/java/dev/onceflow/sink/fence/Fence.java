package dev.onceflow.sink.fence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the next offset of each partition is kept, and who may move it. One instance belongs to one
 * task. All methods work in the connection's current database transaction, and none commits.
 */
public interface Fence {
  /**
   * Makes this task the owner: what any earlier owner does after the commit has no effect.
   *
   * @return what the database says now; empty where nothing is kept and Connect's own offsets hold
   */
  Optional<FenceRow> claim(Connection connection, TopicPartition partition) throws SQLException;

  /**
   * Moves fences by compare-and-set.
   *
   * @param advances in the order of {@link Partitions#ORDER}
   * @return those that were not where this task expected them, or are another owner's; then the
   *     transaction must be rolled back
   */
  List<Advance> advance(Connection connection, List<Advance> advances) throws SQLException;

  /** What the database says, or empty where there is no row. */
  Optional<FenceRow> read(Connection connection, TopicPartition partition) throws SQLException;

  /** Whether that row is this task's, in that epoch. */
  boolean isMine(FenceRow row, long epoch);

  /**
   * Ends the connections of this sink that hold the partition's fence; called after waiting for
   * takeover.timeout.ms. A stopped predecessor would hold it as long as it is stopped.
   *
   * @return how many were ended
   */
  int terminateHolders(Connection connection, TopicPartition partition) throws SQLException;
}
