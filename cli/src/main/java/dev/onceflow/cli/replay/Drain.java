package dev.onceflow.cli.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether whoever reads topics has taken everything up to some offsets. Positions alone don't say
 * so: the last offsets may hold no record, only what ends transactions and records of aborted ones,
 * and then a reader's position may stay before them for ever. So where a position stands still
 * before an end, the records between are looked for. Used by one thread.
 */
final class Drain {
  private static final UUID ANY_TOPIC_ID = new UUID(0, 0);

  private final CommittedRecords topic;
  private Map<TopicPartition, Long> before = new HashMap<>();

  Drain(CommittedRecords topic) {
    this.topic = topic;
  }

  /**
   * Asks; where it is asked again, nothing is looked for behind a position that has moved since.
   *
   * @param positions where the reader stands, looked up <em>before</em> the ends
   * @param ends up to where it is to come
   */
  boolean isDone(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
    List<Range> left =
        ends.entrySet().stream()
            .map(
                end ->
                    new Range(
                        end.getKey(),
                        ANY_TOPIC_ID,
                        0,
                        positions.getOrDefault(end.getKey(), 0L),
                        end.getValue()))
            .filter(range -> !range.isEmpty())
            .toList();
    boolean standsStill =
        left.stream()
            .allMatch(range -> ((Long) range.start()).equals(before.get(range.partition())));
    before = new HashMap<>();
    left.forEach(range -> before.put(range.partition(), range.start()));
    return left.isEmpty()
        || (standsStill && left.stream().allMatch(range -> topic.first(range).isEmpty()));
  }
}
