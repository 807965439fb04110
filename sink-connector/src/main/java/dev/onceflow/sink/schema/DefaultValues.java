package dev.onceflow.sink.schema;

import dev.onceflow.sink.postgres.Identifiers;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * A field's default as an SQL constant, so that adding a column with it rewrites nothing.
 *
 * <p>Old rows get it, too: that is what a schema's default means, the value of records that were
 * written before the field was there. Semantic types whose default would have to be converted,
 * bytes and nested values have no default in the table.
 */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class DefaultValues {
  private static final Set<String> TEXTS =
      Set.of("io.debezium.data.Enum", "io.debezium.data.EnumSet", "io.debezium.data.Uuid");

  private DefaultValues() {}

  /** The constant; empty where there is no default, or none that is one. */
  static Optional<String> sql(Schema schema) {
    Object value = schema.defaultValue();
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof java.util.Date time) {
      return time(schema.name(), time.toInstant());
    }
    if (value instanceof BigDecimal decimal) {
      return Optional.of(decimal.toPlainString());
    }
    if (schema.name() != null && schema.name().startsWith("io.debezium.")) {
      return value instanceof String text && TEXTS.contains(schema.name())
          ? text(text)
          : Optional.empty();
    }
    return switch (schema.type()) {
      case INT8, INT16, INT32, INT64, BOOLEAN -> Optional.of(value.toString());
      // In quotes, for NaN and Infinity.
      case FLOAT32, FLOAT64 -> text(value.toString());
      case STRING -> text((String) value);
      default -> Optional.empty();
    };
  }

  private static Optional<String> text(String value) {
    return value.indexOf('\0') < 0 ? Optional.of(Identifiers.literal(value)) : Optional.empty();
  }

  private static Optional<String> time(String schema, Instant time) {
    var utc = time.atOffset(ZoneOffset.UTC);
    return switch (schema == null ? "" : schema) {
      case Date.LOGICAL_NAME -> text(utc.toLocalDate().toString());
      case Time.LOGICAL_NAME -> text(utc.toLocalTime().toString());
      case Timestamp.LOGICAL_NAME -> text(utc.toLocalDateTime() + "Z");
      default -> Optional.empty();
    };
  }
}
