package dev.onceflow.sink.schema;

import dev.onceflow.sink.record.ValueSource;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/** The schemas of a record's key and value, either of which may be null. */
record RecordSchemas(Schema key, Schema value) {
  private static final Schema OPTIONAL_TIMESTAMP = Timestamp.builder().optional().build();

  /** The schema of what stands there; empty where records of these schemas have no such thing. */
  Optional<Schema> of(ValueSource source) {
    if (source instanceof ValueSource.Field field) {
      return field(value, field.name());
    }
    if (source instanceof ValueSource.KeyField field) {
      return field(key, field.name());
    }
    if (source instanceof ValueSource.Header) {
      return Optional.of(Schema.OPTIONAL_STRING_SCHEMA);
    }
    if (source instanceof ValueSource.Part part) {
      return Optional.ofNullable(
          switch (part) {
            case KEY -> key;
            case TIMESTAMP -> OPTIONAL_TIMESTAMP;
            case TOPIC -> Schema.STRING_SCHEMA;
            case PARTITION -> Schema.INT32_SCHEMA;
            case OFFSET -> Schema.INT64_SCHEMA;
          });
    }
    return Optional.empty();
  }

  /** A field, or by dots a field of a field. */
  private static Optional<Schema> field(Schema struct, String name) {
    if (struct == null || struct.type() != Schema.Type.STRUCT) {
      return Optional.empty();
    }
    Field whole = struct.field(name);
    int dot = name.indexOf('.');
    if (whole != null || dot < 0) {
      return Optional.ofNullable(whole).map(Field::schema);
    }
    return Optional.ofNullable(struct.field(name.substring(0, dot)))
        .flatMap(outer -> field(outer.schema(), name.substring(dot + 1)));
  }
}
