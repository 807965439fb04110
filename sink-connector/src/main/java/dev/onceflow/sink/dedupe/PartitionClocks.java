package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.postgres.OnceflowSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * When it is for a sink: the lowest of its partitions' clocks, all tasks' partitions, so that one
 * that lags isn't judged by one that is ahead. A partition's clock is the timestamp of the record
 * that was applied last. One whose fence hasn't moved for a horizon, by the database's clock, is
 * idle or given up, and holds nobody back any more.
 */
final class PartitionClocks {
  private static final String CLOCKS =
      "SELECT topic, partition, last_timestamp_ms FROM "
          + OnceflowSchema.FENCE
          + " WHERE sink = ? AND run = ? AND advanced_at > clock_timestamp() - ? * interval '1 millisecond'";

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
   * @param batch what a batch that isn't applied yet says of its partitions
   */
  OptionalLong lowestMs(Connection connection, Map<TopicPartition, Long> batch)
      throws SQLException {
    long lowest = batch.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    try (PreparedStatement statement = connection.prepareStatement(CLOCKS)) {
      statement.setString(1, sink);
      statement.setString(2, run);
      statement.setLong(3, horizon.ms());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          if (!batch.containsKey(new TopicPartition(row.getString(1), row.getInt(2)))) {
            long clock = row.getLong(3);
            lowest = row.wasNull() ? Long.MIN_VALUE : Math.min(lowest, clock);
          }
        }
      }
    }
    connection.commit();
    return lowest == Long.MIN_VALUE || lowest == Long.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(lowest);
  }
}
