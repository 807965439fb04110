package dev.onceflow.sink.batch;

import java.util.List;
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

  LogChangedException(String sink, List<Refusal> refusals) {
    super(
        refusals.stream()
            .map(
                refusal ->
                    "partition %s: %s. To take the log as it is now: onceflow fence accept --sink %s --topic %s --partition %d"
                        .formatted(
                            refusal.partition(),
                            refusal.reason(),
                            sink,
                            refusal.partition().topic(),
                            refusal.partition().partition()))
            .collect(Collectors.joining("; ", "nothing was applied. ", "")));
  }
}
