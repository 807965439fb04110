package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.Rejection;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.fence.Partitions;
import dev.onceflow.sink.record.Fingerprint;
import dev.onceflow.sink.write.Batch;
import dev.onceflow.sink.write.BatchStart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What one database transaction will hold: records, their rows, where the fences move to, and the
 * records that are left out because they can't be stored. The records are kept until the outcome is
 * known, so that they can be applied again, one by one if it must be.
 */
final class FilledBatch {
  private final Batch rows;
  private final long startedAtMs;
  private final List<Taken> records = new ArrayList<>();
  private final List<Integer> appended = new ArrayList<>();
  private final List<Rejection> rejections = new ArrayList<>();
  private final Map<TopicPartition, Long> gaps = new HashMap<>();
  private final Map<TopicPartition, Long> arrivalsMs = new HashMap<>();
  private final Map<TopicPartition, OpenPartition> moved = new HashMap<>();
  private List<Advance> advances = List.of();

  FilledBatch(Batch rows, long startedAtMs) {
    rows.clear();
    this.rows = rows;
    this.startedAtMs = startedAtMs;
  }

  /**
   * Adds a record whose rows were added.
   *
   * @param expectedOffset where its partition went on: before the record's own offset is a gap
   */
  void add(Taken taken, long expectedOffset) {
    TopicPartition partition = taken.partition().partition();
    arrivalsMs.putIfAbsent(partition, taken.arrivalMs());
    records.add(taken);
    if (taken.offset() > expectedOffset) {
      gaps.putIfAbsent(partition, expectedOffset);
    }
  }

  /** The place of a record among all, by its place among those that have rows. */
  int indexOf(int order) {
    return appended.get(order);
  }

  /** Notes that the record that is added next has rows. */
  void nextHasRows() {
    appended.add(records.size());
  }

  /** Notes what must be stored of a record that has no rows. */
  void reject(Rejection rejection) {
    rejections.add(rejection);
  }

  /** Fixes from where to where the fences move; then the batch may be written. */
  void seal() {
    Map<TopicPartition, Advance> moves = new TreeMap<>(Partitions.ORDER);
    OpenPartition previous = null;
    for (int i = records.size() - 1; i >= 0; i--) {
      OpenPartition partition = partition(i);
      if (!partition.equals(previous)) {
        SinkRecord last = record(i);
        moves.computeIfAbsent(
            partition.partition(),
            key ->
                new Advance(key, partition.epoch(), partition.nextOffset(), Fingerprint.of(last)));
        moved.putIfAbsent(partition.partition(), partition);
        previous = partition;
      }
    }
    advances = List.copyOf(moves.values());
  }

  Batch rows() {
    return rows;
  }

  int size() {
    return records.size();
  }

  List<Taken> taken() {
    return records;
  }

  SinkRecord record(int index) {
    return records.get(index).record();
  }

  OpenPartition partition(int index) {
    return records.get(index).partition();
  }

  /** When its first record was taken. */
  long startedAtMs() {
    return startedAtMs;
  }

  /** What must be stored before the commit. */
  List<Rejection> rejections() {
    return rejections;
  }

  /** The moves of fences, in lock order. */
  List<Advance> advances() {
    return advances;
  }

  /** The partition whose fence moves. */
  OpenPartition partitionOf(Advance advance) {
    return moved.get(advance.partition());
  }

  /** Whether a partition was closed since its records were added. */
  boolean hasClosedPartition() {
    return records.stream()
        .anyMatch(taken -> taken.partition().state() == OpenPartition.State.CLOSED);
  }

  /** For each partition, where the batch goes on; once it is sealed. */
  Map<TopicPartition, BatchStart> starts() {
    Map<TopicPartition, BatchStart> starts = new HashMap<>();
    for (Advance advance : advances) {
      starts.put(
          advance.partition(),
          new BatchStart(advance.expected(), arrivalsMs.get(advance.partition())));
    }
    return starts;
  }

  /** For each partition with missing offsets, where the first ones are missing. */
  Map<TopicPartition, Long> gaps() {
    return gaps;
  }
}
