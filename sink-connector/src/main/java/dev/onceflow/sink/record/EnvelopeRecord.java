package dev.onceflow.sink.record;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record taken out of a change event's envelope, which stays at hand: an operation, a source's
 * position and a time are there for deletes as well.
 */
final class EnvelopeRecord extends SinkRecord {
  private final transient Schema envelopeSchema;
  private final transient Object envelope;

  /** The row {@code value}, or the deletion of its key's row where it is null. */
  EnvelopeRecord(SinkRecord delivered, Schema valueSchema, Object value) {
    super(
        delivered.topic(),
        delivered.kafkaPartition(),
        delivered.keySchema(),
        delivered.key(),
        valueSchema,
        value,
        delivered.kafkaOffset(),
        delivered.timestamp(),
        delivered.timestampType(),
        delivered.headers(),
        delivered.originalTopic(),
        delivered.originalKafkaPartition(),
        delivered.originalKafkaOffset());
    this.envelopeSchema = delivered.valueSchema();
    this.envelope = delivered.value();
  }

  static Schema schemaOf(SinkRecord record) {
    return record instanceof EnvelopeRecord taken ? taken.envelopeSchema : null;
  }

  /** The envelope, or null for a record that came without. */
  static Object envelopeOf(SinkRecord record) {
    return record instanceof EnvelopeRecord taken ? taken.envelope : null;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
