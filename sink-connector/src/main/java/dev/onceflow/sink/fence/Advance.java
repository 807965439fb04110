package dev.onceflow.sink.fence;

import dev.onceflow.sink.record.Fingerprint;
import org.apache.kafka.common.TopicPartition;

/**
 * A move of one fence: from what its owner last read or wrote there to behind the last record of a
 * batch.
 *
 * @param expected the fence's value that the owner knows; never a record's offset, since offsets
 *     have gaps
 */
public record Advance(TopicPartition partition, long epoch, long expected, Fingerprint last) {
  /** The fence's new value. */
  public long next() {
    return last.offset() + 1;
  }
}
