package dev.onceflow.verification.cluster;

import dev.onceflow.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the whole path works again, on every partition: all that stood in the input at a moment
 * has been processed, and what the job had written by then has gone into the database. Needs a load
 * that goes on, since a transaction's last marker is passed only with the record after it. One
 * thread.
 */
public final class Passage {
  private final Flow flow;
  private Map<TopicPartition, Long> inputEnds;
  private Map<TopicPartition, Long> outputEnds;

  /** Begins now. */
  public Passage(Flow flow) {
    this.flow = flow;
  }

  /** Whether it is through; asked again and again, for each answer is only a step. */
  public boolean isThrough() {
    if (inputEnds == null) {
      inputEnds = used(flow.ends(List.of(Topics.PAYMENTS)));
    }
    if (inputEnds != null
        && outputEnds == null
        && isPassed(inputEnds, flow.committed(Cluster.APPLICATION_ID))) {
      outputEnds = used(flow.ends(List.of(Topics.LEDGER_ENTRIES, Topics.ACCOUNT_BALANCES)));
    }
    return outputEnds != null && isPassed(outputEnds, flow.sinkPositions());
  }

  /**
   * Ends that say something: of partitions that all have records; to pass an empty one is no feat.
   */
  private static Map<TopicPartition, Long> used(Optional<Map<TopicPartition, Long>> ends) {
    return ends.filter(found -> found.values().stream().allMatch(end -> end > 0)).orElse(null);
  }

  private static boolean isPassed(
      Map<TopicPartition, Long> ends, Optional<Map<TopicPartition, Long>> positions) {
    return positions.isPresent() && Flow.lag(ends, positions.get()) == 0;
  }
}
