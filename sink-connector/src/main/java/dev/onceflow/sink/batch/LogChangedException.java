package dev.onceflow.sink.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * A partition's log is not the one that was applied up to the fence, or there is no fence where one
 * must be. Going on would leave out records or count some twice, so a person decides.
 */
final class LogChangedException extends ConnectException {
  private static final long serialVersionUID = 1L;

  /** One partition and what is wrong with it. */
  record Refusal(TopicPartition partition, String reason) {}

  LogChangedException(String fences, List<Refusal> refusals) {
    super(
        refusals.stream()
            .map(
                refusal ->
                    "partition %s: %s. To take the log as it is now: onceflow fence accept %s --topic %s --partition %d"
                        .formatted(
                            refusal.partition(),
                            refusal.reason(),
                            fences,
                            refusal.partition().topic(),
                            refusal.partition().partition()))
            .collect(Collectors.joining("; ", "nothing was applied. ", "")));
  }

  /**
   * Missing offsets are normal (compaction, transactions), unless retention took them before they
   * were read: then the consumer was sent to the log's new start without a word. A log that begins
   * at or before the first missing offset, seen after what lies behind it was read, rules that out.
   *
   * @param fences which ones they are, as options of commands
   * @param missing the first missing offset of each partition
   * @param starts where their logs begin, asked for after what lies behind was read
   */
  static void refuseExpired(
      String fences, Map<TopicPartition, Long> missing, Map<TopicPartition, Long> starts) {
    List<Refusal> refusals = new ArrayList<>();
    missing.forEach(
        (partition, offset) -> {
          if (starts.get(partition) > offset) {
            refusals.add(
                new Refusal(
                    partition,
                    "records expired unread: offset %d was next, the log begins at %d"
                        .formatted(offset, starts.get(partition))));
          }
        });
    if (!refusals.isEmpty()) {
      throw new LogChangedException(fences, refusals);
    }
  }
}
