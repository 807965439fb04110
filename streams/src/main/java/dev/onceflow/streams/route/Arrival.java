package dev.onceflow.streams.route;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The record's Kafka timestamp, or 0 where it has none. Streams would stop at such a record or drop
 * it without a word; neither is an end that a record may have.
 */
public final class Arrival implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }
}
