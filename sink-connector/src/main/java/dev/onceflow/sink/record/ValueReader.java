package dev.onceflow.sink.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Takes one value out of records of one schema. Names are looked up when it is made, not for each
 * record, but where records have no schema.
 *
 * <p>A null stays a null, also where the field's schema has a default.
 */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class ValueReader {
  private final Schema schema;
  private final Function<SinkRecord, Object> reading;

  private ValueReader(Schema schema, Function<SinkRecord, Object> reading) {
    this.schema = schema;
    this.reading = reading;
  }

  /** The schema of what is read; null for values that come without one. */
  Schema schema() {
    return schema;
  }

  /** The value, or null. */
  Object read(SinkRecord record) {
    return reading.apply(record);
  }

  /**
   * Makes the reader for records with the schemas of {@code sample}.
   *
   * @throws UnfitRecordException where such records have no such value
   */
  static ValueReader of(ValueSource source, SinkRecord sample) {
    if (source instanceof ValueSource.Field named) {
      return inside(new ValueReader(sample.valueSchema(), SinkRecord::value), named.name(), sample);
    }
    if (source instanceof ValueSource.KeyField named) {
      return inside(new ValueReader(sample.keySchema(), SinkRecord::key), named.name(), sample);
    }
    if (source instanceof ValueSource.Envelope named) {
      return inside(
          new ValueReader(EnvelopeRecord.schemaOf(sample), EnvelopeRecord::envelopeOf),
          named.name(),
          sample);
    }
    if (source instanceof ValueSource.Header named) {
      String name = named.name();
      return new ValueReader(Schema.OPTIONAL_STRING_SCHEMA, record -> headerText(record, name));
    }
    return switch ((ValueSource.Part) source) {
      case KEY ->
          new ValueReader(
              sample.keySchema() == null ? Schema.OPTIONAL_STRING_SCHEMA : sample.keySchema(),
              SinkRecord::key);
      case TIMESTAMP ->
          new ValueReader(
              Timestamp.builder().optional().build(),
              record -> record.timestamp() == null ? null : new java.util.Date(record.timestamp()));
      case TOPIC -> new ValueReader(Schema.STRING_SCHEMA, Coordinates::topic);
      case PARTITION -> new ValueReader(Schema.INT32_SCHEMA, Coordinates::partition);
      case OFFSET -> new ValueReader(Schema.INT64_SCHEMA, Coordinates::offset);
    };
  }

  /** A field of what {@code outer} reads, or by dots a field of a field. */
  private static ValueReader inside(ValueReader outer, String path, SinkRecord sample) {
    if (outer.schema == null) {
      return ofMap(outer, path, sample);
    }
    int dot = path.indexOf('.');
    if (outer.schema.type() == Schema.Type.MAP) {
      return new ValueReader(
          outer.schema.valueSchema(), record -> mapped(outer.read(record), path));
    }
    if (outer.schema.type() != Schema.Type.STRUCT) {
      throw new UnfitRecordException(
          "record %s: field %s is wanted of what has schema type %s; configure a converter that gives structs"
              .formatted(Coordinates.text(sample), path, outer.schema.type()));
    }
    Field whole = outer.schema.field(path);
    if (whole != null) {
      return ofField(outer, whole);
    }
    Field first = dot < 0 ? null : outer.schema.field(path.substring(0, dot));
    if (first == null) {
      throw new UnfitRecordException(
          "record %s: its schema %s has no field %s"
              .formatted(Coordinates.text(sample), outer.schema.name(), path));
    }
    return inside(ofField(outer, first), path.substring(dot + 1), sample);
  }

  private static ValueReader ofField(ValueReader outer, Field field) {
    // Struct.get would give the default for a null, as if the producer had sent it.
    boolean hasDefault = field.schema().defaultValue() != null;
    return new ValueReader(
        field.schema(),
        record -> {
          Struct struct = (Struct) outer.read(record);
          if (struct == null) {
            return null;
          }
          return hasDefault ? struct.getWithoutDefault(field.name()) : struct.get(field);
        });
  }

  private static ValueReader ofMap(ValueReader outer, String path, SinkRecord sample) {
    Object value = outer.read(sample);
    if (value != null && !(value instanceof Map)) {
      throw new UnfitRecordException(
          "record %s: field %s is wanted of %s; configure a converter that gives structs or maps"
              .formatted(Coordinates.text(sample), path, value.getClass().getName()));
    }
    return new ValueReader(null, record -> mapped(outer.read(record), path));
  }

  /** The entry of that name, or by dots one inside another. */
  private static Object mapped(Object outer, String path) {
    if (!(outer instanceof Map<?, ?> map)) {
      return null;
    }
    int dot = path.indexOf('.');
    return dot < 0 || map.containsKey(path)
        ? map.get(path)
        : mapped(map.get(path.substring(0, dot)), path.substring(dot + 1));
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
