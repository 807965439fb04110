package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.digest.Row;
import dev.onceflow.cli.audit.digest.RowSource;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.schemas.serde.RegistryRecordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** The rows that the topic's committed records should have made, up to the cut. One thread. */
final class TopicRows implements RowSource {
  private static final int UNREADABLE_MAX = 100_000;

  private final CommittedTopic topic;
  private final Map<TopicPartition, Long> from;
  private final Map<TopicPartition, Long> covered;
  private final Map<TopicPartition, Long> to;
  private final RegistryRecordReader reader;
  private final Selection when;
  private final RecordRows rows;
  private Counts counts = new Counts();

  /** What was read in one pass. */
  static final class Counts {
    private final Map<Integer, Long> records = new TreeMap<>();
    private final List<Place> unreadable = new ArrayList<>();
    private long tombstones;
    private long notSelected;

    Map<Integer, Long> records() {
      return records;
    }

    List<Place> unreadable() {
      return unreadable;
    }

    long tombstones() {
      return tombstones;
    }

    long notSelected() {
      return notSelected;
    }
  }

  /**
   * @param from where to begin to read
   * @param covered from where on records are covered by the audit
   * @param to where to stop
   */
  TopicRows(
      CommittedTopic topic,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> covered,
      Map<TopicPartition, Long> to,
      RegistryRecordReader reader,
      Selection when,
      RecordRows rows) {
    this.topic = topic;
    this.from = from;
    this.covered = covered;
    this.to = to;
    this.reader = reader;
    this.when = when;
    this.rows = rows;
  }

  /** Of the latest pass. */
  Counts counts() {
    return counts;
  }

  @Override
  public void forEach(Sink sink) {
    counts = new Counts();
    read(from, to, sink);
  }

  /** Reads the one record at a place, if it is still there. */
  void forEachAt(Place place, Sink sink) {
    // What the latest pass counted stays as it was given out.
    counts = new Counts();
    TopicPartition partition = new TopicPartition(topic.name(), place.partition());
    read(Map.of(partition, place.offset()), Map.of(partition, place.offset() + 1), sink);
  }

  private void read(Map<TopicPartition, Long> first, Map<TopicPartition, Long> end, Sink sink) {
    RowBuffer buffer = new RowBuffer();
    Row row = new Row();
    topic.read(
        first,
        end,
        record -> {
          counts.records.merge(record.partition(), 1L, Long::sum);
          if (record.value() == null) {
            counts.tombstones++;
            return;
          }
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          boolean isCovered = record.offset() >= covered.get(partition);
          Place place = new Place(record.partition(), record.offset(), isCovered);
          if (write(record, buffer, place)) {
            buffer.show(row);
            sink.accept(row, place);
          }
        });
  }

  private boolean write(ConsumerRecord<byte[], byte[]> record, RowBuffer buffer, Place place) {
    try {
      TopicRecord read = new TopicRecord(record, reader.read(record.value()));
      if (!when.takes(read::get)) {
        counts.notSelected++;
        return false;
      }
      if (rows.write(read, buffer)) {
        return true;
      }
    } catch (SerializationException unreadable) {
      // Counted with those that fit no row.
    }
    if (counts.unreadable.size() == UNREADABLE_MAX) {
      throw new UserException(
          "More than %d records of %s can't be read as rows, the last at %s-%d: is this connector's topic written in another format?"
              .formatted(UNREADABLE_MAX, topic.name(), place.partition(), place.offset()));
    }
    counts.unreadable.add(place);
    return false;
  }
}
