package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.fence.Partitions;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.Fingerprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Those records of one put() that are still to be applied, each with its partition. Records are
 * dropped where their partition isn't open any more (Connect delivers revoked ones again when a
 * transform renames topics), isn't active, or where they lie below the fence. Gaps between offsets
 * are normal: compaction, aborted transactions, transaction markers.
 */
final class DeliveredRecords {
  private final List<SinkRecord> records;
  private final List<OpenPartition> partitions;

  private DeliveredRecords(int capacity) {
    records = new ArrayList<>(capacity);
    partitions = new ArrayList<>(capacity);
  }

  /** Those of {@code delivered} that are to be applied. */
  static DeliveredRecords of(Collection<SinkRecord> delivered, Partitions open) {
    DeliveredRecords wanted = new DeliveredRecords(delivered.size());
    for (SinkRecord record : delivered) {
      OpenPartition partition = open.find(Coordinates.topic(record), Coordinates.partition(record));
      if (partition != null) {
        wanted.addIfWanted(record, partition);
      }
    }
    return wanted;
  }

  /** Those from {@code first} on that are still to be applied. */
  DeliveredRecords remainingFrom(int first) {
    DeliveredRecords remaining = new DeliveredRecords(records.size() - first);
    for (int i = first; i < records.size(); i++) {
      remaining.addIfWanted(records.get(i), partitions.get(i));
    }
    return remaining;
  }

  private void addIfWanted(SinkRecord record, OpenPartition partition) {
    if (partition.state() == OpenPartition.State.ACTIVE
        && Coordinates.offset(record) >= partition.nextOffset()) {
      records.add(record);
      partitions.add(partition);
    }
  }

  int size() {
    return records.size();
  }

  SinkRecord get(int index) {
    return records.get(index);
  }

  /** The moves of fences that belong to a batch of some of the records, in lock order. */
  List<Advance> advances(int from, int to) {
    Map<TopicPartition, SinkRecord> lastRecords = new TreeMap<>(Partitions.ORDER);
    Map<TopicPartition, OpenPartition> touched = new TreeMap<>(Partitions.ORDER);
    OpenPartition previous = null;
    for (int i = to - 1; i >= from; i--) {
      OpenPartition partition = partitions.get(i);
      if (partition != previous) {
        lastRecords.putIfAbsent(partition.partition(), records.get(i));
        touched.put(partition.partition(), partition);
        previous = partition;
      }
    }
    List<Advance> advances = new ArrayList<>(touched.size());
    touched.forEach(
        (key, partition) ->
            advances.add(
                new Advance(
                    key,
                    partition.epoch(),
                    partition.nextOffset(),
                    Fingerprint.of(lastRecords.get(key)))));
    return advances;
  }
}
