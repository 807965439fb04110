package dev.onceflow.sink.record;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Where a record stood in Kafka, before any transform touched it (KIP-793), so that a transform
 * can't move it under another fence.
 */
public final class Coordinates {
  private Coordinates() {}

  /** The topic that the record was read from. */
  public static String topic(SinkRecord record) {
    return record.originalTopic();
  }

  /** The partition that the record was read from. */
  public static int partition(SinkRecord record) {
    return record.originalKafkaPartition();
  }

  /** The record's offset there. */
  public static long offset(SinkRecord record) {
    return record.originalKafkaOffset();
  }

  /** Topic and partition. */
  public static TopicPartition topicPartition(SinkRecord record) {
    return new TopicPartition(topic(record), partition(record));
  }

  /** For messages: {@code topic-partition@offset}. */
  public static String text(SinkRecord record) {
    return topic(record) + "-" + partition(record) + "@" + offset(record);
  }
}
