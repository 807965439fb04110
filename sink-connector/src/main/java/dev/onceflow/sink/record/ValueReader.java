package dev.onceflow.sink.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Takes one value out of records of one schema. Names are looked up when it is made, not for each
 * record.
 */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class ValueReader {
  /** How to take the value; both arguments belong to one record. */
  @FunctionalInterface
  interface Reading {
    Object of(SinkRecord record, Struct value);
  }

  private final Schema schema;
  private final Reading reading;

  private ValueReader(Schema schema, Reading reading) {
    this.schema = schema;
    this.reading = reading;
  }

  /** The schema of what is read. */
  Schema schema() {
    return schema;
  }

  /** The value, or null. */
  Object read(SinkRecord record, Struct value) {
    return reading.of(record, value);
  }

  /**
   * Makes the reader for records with the schemas of {@code sample}.
   *
   * @throws UnfitRecordException where such records have no such value
   */
  static ValueReader of(ValueSource source, SinkRecord sample) {
    if (source instanceof ValueSource.Field named) {
      Field field = field(sample.valueSchema(), named.name(), "value", sample);
      return new ValueReader(field.schema(), (record, value) -> value.get(field));
    }
    if (source instanceof ValueSource.KeyField named) {
      Field field = field(sample.keySchema(), named.name(), "key", sample);
      return new ValueReader(field.schema(), (record, value) -> ((Struct) record.key()).get(field));
    }
    if (source instanceof ValueSource.Header named) {
      String name = named.name();
      return new ValueReader(
          Schema.OPTIONAL_STRING_SCHEMA, (record, value) -> headerText(record, name));
    }
    return switch ((ValueSource.Part) source) {
      case KEY ->
          new ValueReader(
              sample.keySchema() == null ? Schema.OPTIONAL_STRING_SCHEMA : sample.keySchema(),
              (record, value) -> record.key());
      case TIMESTAMP ->
          new ValueReader(
              Timestamp.builder().optional().build(),
              (record, value) ->
                  record.timestamp() == null ? null : new java.util.Date(record.timestamp()));
      case TOPIC ->
          new ValueReader(Schema.STRING_SCHEMA, (record, value) -> Coordinates.topic(record));
      case PARTITION ->
          new ValueReader(Schema.INT32_SCHEMA, (record, value) -> Coordinates.partition(record));
      case OFFSET ->
          new ValueReader(Schema.INT64_SCHEMA, (record, value) -> Coordinates.offset(record));
    };
  }

  private static Field field(Schema schema, String name, String where, SinkRecord sample) {
    if (schema == null || schema.type() != Schema.Type.STRUCT) {
      throw new UnfitRecordException(
          "record %s: field %s is wanted of a %s that has %s; configure a converter that gives structs"
              .formatted(
                  Coordinates.text(sample),
                  name,
                  where,
                  schema == null ? "no schema" : "schema type " + schema.type()));
    }
    Field field = schema.field(name);
    if (field == null) {
      throw new UnfitRecordException(
          "record %s: its %s (schema %s) has no field %s"
              .formatted(Coordinates.text(sample), where, schema.name(), name));
    }
    return field;
  }

  /** Converters that don't parse give bytes; those that do may give anything. */
  private static String headerText(SinkRecord record, String name) {
    Header header = record.headers().lastWithName(name);
    if (header == null || header.value() == null) {
      return null;
    }
    Object value = header.value();
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value instanceof ByteBuffer buffer
        ? StandardCharsets.UTF_8.decode(buffer.duplicate()).toString()
        : value.toString();
  }
}
