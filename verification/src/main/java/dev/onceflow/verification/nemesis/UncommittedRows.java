package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * For a sink without a fence: how many rows came since its group's offsets moved last. What the
 * topic holds beyond these offsets says less, since a sink that lags has not done it. One thread.
 */
final class UncommittedRows {
  private static final String ROWS = "SELECT count(*) FROM ledger_entries";

  private final Flow flow;
  private Map<TopicPartition, Long> committed = Map.of();
  private long rowsThen;

  UncommittedRows(Flow flow) {
    this.flow = flow;
  }

  /** How many there are now; none at the first look, and right after the offsets have moved. */
  long since(Set<TopicPartition> partitions) {
    Optional<Map<TopicPartition, Long>> all = flow.committed(Cluster.SINK_GROUP);
    Optional<Long> rows = flow.number(ROWS);
    if (all.isEmpty() || rows.isEmpty()) {
      return 0;
    }
    Map<TopicPartition, Long> now = new HashMap<>(all.get());
    now.keySet().retainAll(partitions);
    if (!now.equals(committed)) {
      committed = now;
      rowsThen = rows.get();
    }
    return rows.get() - rowsThen;
  }
}
