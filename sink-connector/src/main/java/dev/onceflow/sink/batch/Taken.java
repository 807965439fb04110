package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.record.Coordinates;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that was taken from Connect. It arrives once, however often it is applied: counted again
 * at a later try, its arrival would be that of what was taken last, and the memory's clock ahead.
 *
 * @param arrivalMs when it came, in Unix milliseconds
 */
record Taken(SinkRecord record, OpenPartition partition, long arrivalMs) {
  long offset() {
    return Coordinates.offset(record);
  }
}
