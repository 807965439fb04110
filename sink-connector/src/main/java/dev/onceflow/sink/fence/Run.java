package dev.onceflow.sink.fence;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Live work, or a replay of a part of the topics beside it.
 *
 * <p>A replay has fences of its own, which the sink never makes: where a row is missing the replay
 * was ended or cancelled, and a connector that was left over must not begin it once more. What it
 * writes to are the tables of the live sink, so it shares the memory of event IDs and the
 * tombstones, which belong to the tables.
 *
 * @param name of the replay; empty for live work
 * @param ends the first offset of each partition that a replay leaves alone; partitions without one
 *     are no part of it. Empty for live work
 */
public record Run(String name, Map<TopicPartition, Long> ends) {
  /** All there is, for ever. */
  public static final Run LIVE = new Run("", Map.of());

  /** Copies its map. */
  public Run {
    ends = Map.copyOf(ends);
  }

  /** Whether this is no replay. */
  public boolean isLive() {
    return name.isEmpty();
  }

  /** How commands are told of a sink's fences under this run. */
  public String selection(String sink) {
    return "--sink " + sink + (isLive() ? "" : " --run " + name);
  }

  /** Whether anything of a partition may have effects. */
  public boolean has(TopicPartition partition) {
    return isLive() || ends.containsKey(partition);
  }

  /** Whether a record has no effects, since the run ends before it. */
  public boolean endsBefore(TopicPartition partition, long offset) {
    return !isLive() && offset >= ends.getOrDefault(partition, 0L);
  }
}
