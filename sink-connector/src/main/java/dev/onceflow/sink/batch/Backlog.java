package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.record.Coordinates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records that were taken from Connect, which won't hand them out again, and whose first attempt
 * did not succeed. They are applied one batch after another, and only what is still wanted: not
 * what the fence says is in the database, not what belongs to partitions that are gone, fenced or
 * to be read again from their fence.
 */
final class Backlog {
  private List<SinkRecord> records = new ArrayList<>();
  private List<OpenPartition> partitions = new ArrayList<>();

  /** Adds a batch that was taken after all that is here. */
  void addLast(FilledBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      records.add(batch.record(i));
      partitions.add(batch.partition(i));
    }
  }

  /**
   * Adds a batch that was taken before all that is here. Applied in another order, the fence would
   * pass over it.
   */
  void addFirst(FilledBatch batch) {
    List<SinkRecord> laterRecords = records;
    List<OpenPartition> theirPartitions = partitions;
    records = new ArrayList<>(batch.size() + laterRecords.size());
    partitions = new ArrayList<>(batch.size() + laterRecords.size());
    addLast(batch);
    records.addAll(laterRecords);
    partitions.addAll(theirPartitions);
  }

  /** Drops what isn't wanted any more. */
  void drop() {
    Map<OpenPartition, Long> offsets = new HashMap<>();
    List<SinkRecord> wantedRecords = new ArrayList<>(records.size());
    List<OpenPartition> theirPartitions = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      OpenPartition partition = partitions.get(i);
      long offset = Coordinates.offset(records.get(i));
      Long before = offsets.put(partition, offset);
      if (before != null && before >= offset) {
        // Applied like this, the fence would pass over records or let some in twice.
        throw new IllegalStateException(
            "offset " + offset + " of " + partition.partition() + " comes after " + before);
      }
      if (partition.state() == OpenPartition.State.ACTIVE && offset >= partition.nextOffset()) {
        wantedRecords.add(records.get(i));
        theirPartitions.add(partition);
      }
    }
    records = wantedRecords;
    partitions = theirPartitions;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  int size() {
    return records.size();
  }

  SinkRecord record(int index) {
    return records.get(index);
  }

  OpenPartition partition(int index) {
    return partitions.get(index);
  }
}
