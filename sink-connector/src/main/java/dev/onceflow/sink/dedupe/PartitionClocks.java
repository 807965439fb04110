package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.write.BatchStart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * When it is for a sink: the lowest of its partitions' clocks, all tasks' partitions, so that one
 * that lags isn't judged by one that is ahead. Replays count, too, from when they are begun until
 * they are ended, also while they stand still: forgotten under a replay that waits, an event would
 * be new to it. A partition's clock is the timestamp of the record that was applied last. One that
 * was neither claimed nor moved for a horizon, by the database's clock, is idle or given up, and
 * holds nobody back any more. The claim counts, since after a downtime of a horizon no fence has
 * moved, and the first to catch up would be the clock alone.
 */
final class PartitionClocks {
  private static final String CLOCKS =
      "SELECT topic, partition, next_offset, last_timestamp_ms,"
          + " run <> '' OR advanced_at > clock_timestamp() - ? * interval '1 millisecond',"
          + " run = ? FROM "
          + OnceflowSchema.FENCE
          + " WHERE sink = ?";

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final String sink;
  private final String run;
  private final Horizon horizon;

  PartitionClocks(String sink, String run, Horizon horizon) {
    this.sink = sink;
    this.run = run;
    this.horizon = horizon;
  }

  /**
   * The lowest clock, or empty where a partition doesn't have one yet. Commits.
   *
   * @param batch where a batch that isn't applied yet goes on; its first record is a partition's
   *     clock if all before it is in this database, which may have gone back
   */
  OptionalLong lowestMs(Connection connection, Map<TopicPartition, BatchStart> batch)
      throws SQLException {
    long lowest = Long.MAX_VALUE;
    try (PreparedStatement statement = connection.prepareStatement(CLOCKS)) {
      statement.setLong(1, horizon.ms());
      statement.setString(2, run);
      statement.setString(3, sink);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          boolean isOfRun = row.getBoolean(6);
          BatchStart start =
              isOfRun ? batch.get(new TopicPartition(row.getString(1), row.getInt(2))) : null;
          boolean isActive = start != null || row.getBoolean(5);
          if (isActive) {
            lowest = Math.min(lowest, clockMs(row, start));
          }
        }
      }
    }
    connection.commit();
    return lowest == Long.MAX_VALUE || lowest == UNKNOWN
        ? OptionalLong.empty()
        : OptionalLong.of(lowest);
  }

  private static long clockMs(ResultSet row, BatchStart start) throws SQLException {
    if (start != null && start.expectedOffset() == row.getLong(3)) {
      return start.arrivalMs();
    }
    long applied = row.getLong(4);
    return row.wasNull() ? UNKNOWN : applied;
  }
}
