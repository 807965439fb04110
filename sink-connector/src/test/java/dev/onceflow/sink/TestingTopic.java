package dev.onceflow.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** One partition's log, as a consumer with read_committed sees it. */
final class TestingTopic {
  static final long TIME_MS = 1_700_000_000_000L;

  final TopicPartition partition;
  final NavigableMap<Long, SinkRecord> records = new TreeMap<>();
  private long timeMs = TIME_MS;
  private boolean hasTime = true;
  private long end;

  TestingTopic(String topic, int partition) {
    this.partition = new TopicPartition(topic, partition);
  }

  /** Appends a record with that value. */
  SinkRecord append(Object key, Struct value) {
    return append(key, value.schema(), value);
  }

  SinkRecord append(Object key, Schema schema, Object value) {
    return append(Schema.STRING_SCHEMA, key, schema, value);
  }

  /** Appends a record whose key has a schema; without a value, a tombstone. */
  SinkRecord appendKeyed(Schema keySchema, Object key, Struct value) {
    return append(keySchema, key, value == null ? null : value.schema(), value);
  }

  private SinkRecord append(Schema keySchema, Object key, Schema schema, Object value) {
    SinkRecord record =
        new SinkRecord(
            partition.topic(),
            partition.partition(),
            keySchema,
            key,
            schema,
            value,
            end,
            hasTime ? timeMs + end : null,
            hasTime ? TimestampType.CREATE_TIME : TimestampType.NO_TIMESTAMP_TYPE);
    records.put(end, record);
    end++;
    return record;
  }

  /** Lets time pass before the next record. */
  void pass(Duration time) {
    timeMs += time.toMillis();
  }

  /** From here on records have no timestamp. */
  void forgetTime() {
    hasTime = false;
  }

  /** Offsets that hold no record: transaction markers, aborted or compacted records. */
  void gap(int offsets) {
    end += offsets;
  }

  long end() {
    return end;
  }

  List<SinkRecord> read(long from, int max) {
    return new ArrayList<>(records.tailMap(from).values())
        .subList(0, Math.min(max, records.tailMap(from).size()));
  }
}
