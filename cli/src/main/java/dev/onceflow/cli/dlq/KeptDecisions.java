package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.dlq.Cluster.Bounds;
import dev.onceflow.cli.dlq.Cluster.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Whether a topic of decisions tells all that was ever decided. A decision that expired, or that
 * committed readers don't see, would open its record, and a command send it once more.
 */
final class KeptDecisions {
  /** How long a marker may take to reach the replicas of a broker that has just taken over. */
  private static final Duration MARKER_LIMIT = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private KeptDecisions() {}

  /**
   * Refuses a topic that forgets, or has forgotten. Only where compaction alone cleans does every
   * key keep its record, and the log begin at offset 0.
   *
   * @throws UserException if it does, with the way out
   */
  static void requireKept(Cluster cluster, Topic decisions) {
    String policy = cluster.setting(decisions, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new UserException(
          """
          Topic %s has cleanup.policy=%s, expected compact: what was decided would expire, and its \
          records be sent again. Set it: kafka-configs.sh --alter --entity-type topics \
          --entity-name %s --add-config cleanup.policy=compact"""
              .formatted(decisions.name(), policy, decisions.name()));
    }
    for (Map.Entry<TopicPartition, Bounds> each : cluster.bounds(decisions).entrySet()) {
      if (each.getValue().start() > 0) {
        throw new UserException(
            """
            %s begins at offset %d, expected 0: decisions expired, and their records would be sent \
            again. docs/operations.md says how to begin anew."""
                .formatted(each.getKey(), each.getValue().start()));
      }
    }
  }

  /**
   * Refuses a topic with an open transaction. Called once this command has ended those of the
   * commands before it, so what is open is somebody else's or hangs.
   *
   * @throws UserException if it stays open for {@link #MARKER_LIMIT}
   */
  static void requireVisible(Cluster cluster, Topic decisions) {
    long deadlineNs = System.nanoTime() + MARKER_LIMIT.toNanos();
    Optional<String> hidden = hidden(cluster, decisions);
    while (hidden.isPresent() && System.nanoTime() < deadlineNs) {
      LockSupport.parkNanos(PAUSE.toNanos());
      hidden = hidden(cluster, decisions);
    }
    if (hidden.isPresent()) {
      throw new UserException(hidden.get());
    }
  }

  private static Optional<String> hidden(Cluster cluster, Topic decisions) {
    // First the end with what is open: what is written in between must not look hidden.
    Map<TopicPartition, Long> ends = cluster.uncommittedEnds(decisions);
    for (Map.Entry<TopicPartition, Bounds> each : cluster.bounds(decisions).entrySet()) {
      long committed = each.getValue().end();
      if (committed < ends.get(each.getKey())) {
        return Optional.of(
            """
            %s has an open Kafka transaction at offset %d, not of a command before this one: what \
            was decided behind it can't be seen, and would be sent again. Wait for its end; one \
            that hangs is found by 'kafka-transactions.sh find-hanging' and ended by its 'abort'."""
                .formatted(each.getKey(), committed));
      }
    }
    return Optional.empty();
  }
}
