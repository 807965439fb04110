package dev.onceflow.cli.audit.table;

import java.nio.charset.StandardCharsets;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A record whose values can be asked for by their sources. */
record TopicRecord(ConsumerRecord<byte[], byte[]> record, GenericRecord value) {
  private static final Schema TEXT = Schema.create(Schema.Type.STRING);
  private static final Schema INT = Schema.create(Schema.Type.INT);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema MILLIS =
      LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));

  /** The value, as Avro stores it; null where there is none. */
  Object get(ValueSource source) {
    if (source instanceof ValueSource.Field field) {
      return field(field);
    }
    if (source instanceof ValueSource.Header header) {
      return header(header.name());
    }
    return switch ((ValueSource.Part) source) {
      case KEY -> text(record.key());
      case TIMESTAMP -> record.timestamp();
      case TOPIC -> record.topic();
      case PARTITION -> record.partition();
      case OFFSET -> record.offset();
    };
  }

  private Object field(ValueSource.Field source) {
    Object found = value;
    for (String step : source.steps()) {
      if (!(found instanceof GenericRecord inside) || !inside.hasField(step)) {
        return null;
      }
      found = inside.get(step);
    }
    return found;
  }

  private String header(String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : text(header.value());
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * The schema of a source's values in records of a schema; null where these have no such value.
   */
  static Schema schema(ValueSource source, Schema ofValue) {
    if (source instanceof ValueSource.Field field) {
      Schema found = ofValue;
      for (String step : field.steps()) {
        if (found.getType() != Schema.Type.RECORD || found.getField(step) == null) {
          return null;
        }
        found = withoutNull(found.getField(step).schema());
      }
      return found;
    }
    if (source instanceof ValueSource.Header) {
      return TEXT;
    }
    return switch ((ValueSource.Part) source) {
      case KEY, TOPIC -> TEXT;
      case TIMESTAMP -> MILLIS;
      case PARTITION -> INT;
      case OFFSET -> LONG;
    };
  }

  private static Schema withoutNull(Schema schema) {
    if (!schema.isUnion()) {
      return schema;
    }
    var present =
        schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    return present.size() == 1 ? present.get(0) : schema;
  }
}
