package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.record.Fingerprint;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * A partition's log is not the one that was applied up to the fence: the topic was deleted and made
 * again, or cut off. Going on would leave out records or count some twice, so a person decides.
 */
final class LogChangedException extends ConnectException {
  private static final long serialVersionUID = 1L;

  LogChangedException(String sink, OpenPartition partition, Fingerprint found) {
    super(
        ("partition %s: the fence says that the record at %s was applied last and that %d comes next,"
                + " but the log holds a record at %s there: the topic was deleted and made again, or"
                + " cut off (or the key's converter was changed). Nothing was applied. To take the log"
                + " as it is now: onceflow fence accept --sink %s --topic %s --partition %d")
            .formatted(
                partition.partition(),
                partition.last().orElseThrow(),
                partition.nextOffset(),
                found,
                sink,
                partition.partition().topic(),
                partition.partition().partition()));
  }
}
