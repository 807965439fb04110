package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.OpenPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records that were taken from Connect, which won't hand them out again, and whose first attempt
 * did not succeed. They are applied one batch after another, and only what is still wanted: not
 * what the fence says is in the database, not what belongs to partitions that are gone, fenced or
 * to be read again from their fence.
 */
final class Backlog {
  private List<Taken> records = new ArrayList<>();

  /** Adds a batch that was taken after all that is here. */
  void addLast(FilledBatch batch) {
    records.addAll(batch.taken());
  }

  /**
   * Adds a batch that was taken before all that is here. Applied in another order, the fence would
   * pass over it.
   */
  void addFirst(FilledBatch batch) {
    List<Taken> later = records;
    records = new ArrayList<>(batch.size() + later.size());
    addLast(batch);
    records.addAll(later);
  }

  /** Drops what isn't wanted any more. */
  void drop() {
    Map<OpenPartition, Long> offsets = new HashMap<>();
    List<Taken> wanted = new ArrayList<>(records.size());
    for (Taken taken : records) {
      OpenPartition partition = taken.partition();
      long offset = taken.offset();
      Long before = offsets.put(partition, offset);
      if (before != null && before >= offset) {
        // Applied like this, the fence would pass over records or let some in twice.
        throw new IllegalStateException(
            "offset " + offset + " of " + partition.partition() + " comes after " + before);
      }
      if (partition.state() == OpenPartition.State.ACTIVE && offset >= partition.nextOffset()) {
        wanted.add(taken);
      }
    }
    records = wanted;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  int size() {
    return records.size();
  }

  Taken taken(int index) {
    return records.get(index);
  }
}
