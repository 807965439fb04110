package dev.onceflow.sink.schema;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/** The column types for Debezium's semantic types, which are names of schemas. */
final class SemanticTypes {
  private static final int MICRO_DIGITS = 6;
  private static final int BITS_MAX = 83_886_080;
  private static final String BITS = "io.debezium.data.Bits";

  private static final Map<String, FieldType> TYPES =
      Map.ofEntries(
          plain("io.debezium.time.Date", "date"),
          plain("io.debezium.time.IsoDate", "date"),
          seconds("io.debezium.time.Time", "time without time zone", 3),
          seconds("io.debezium.time.MicroTime", "time without time zone", MICRO_DIGITS),
          seconds("io.debezium.time.NanoTime", "time without time zone", MICRO_DIGITS),
          seconds("io.debezium.time.IsoTime", "time without time zone", MICRO_DIGITS),
          seconds("io.debezium.time.ZonedTime", "time with time zone", MICRO_DIGITS),
          seconds("io.debezium.time.Timestamp", "timestamp without time zone", 3),
          seconds("io.debezium.time.MicroTimestamp", "timestamp without time zone", MICRO_DIGITS),
          seconds("io.debezium.time.NanoTimestamp", "timestamp without time zone", MICRO_DIGITS),
          seconds("io.debezium.time.IsoTimestamp", "timestamp without time zone", MICRO_DIGITS),
          seconds("io.debezium.time.ZonedTimestamp", "timestamp with time zone", MICRO_DIGITS),
          plain("io.debezium.time.Year", "integer"),
          plain("io.debezium.time.Interval", "interval"),
          plain("io.debezium.time.MicroDuration", "interval"),
          plain("io.debezium.time.NanoDuration", "interval"),
          plain("io.debezium.data.Json", "jsonb"),
          plain("io.debezium.data.Xml", "xml"),
          plain("io.debezium.data.Uuid", "uuid"),
          // The values of an enum may grow; a text takes them all.
          plain("io.debezium.data.Enum", "text"),
          plain("io.debezium.data.EnumSet", "text"),
          // Types of extensions, which may not be installed here.
          plain("io.debezium.data.Ltree", "text"),
          plain("io.debezium.data.TsVector", "tsvector"),
          plain("io.debezium.data.VariableScaleDecimal", "numeric"),
          plain("io.debezium.data.FloatVector", "real[]"),
          plain("io.debezium.data.DoubleVector", "double precision[]"),
          plain("io.debezium.data.geometry.Point", "point"));

  private SemanticTypes() {}

  /** The type for a schema of that name; empty where the name is none of Debezium's. */
  static Optional<FieldType> of(Schema schema) {
    if (schema.name() == null) {
      return Optional.empty();
    }
    if (schema.name().equals(BITS)) {
      return Optional.of(FieldType.anything(bits(schema)));
    }
    return Optional.ofNullable(TYPES.get(schema.name()));
  }

  private static SqlType bits(Schema schema) {
    Optional<Integer> length =
        FieldType.number(schema, "length").filter(bits -> bits > 0 && bits <= BITS_MAX);
    String name = SourceColumn.isVarying(schema) || length.isEmpty() ? "bit varying" : "bit";
    return length.map(bits -> SqlType.of(name, bits)).orElse(SqlType.plain(name));
  }

  private static Map.Entry<String, FieldType> plain(String schema, String type) {
    return Map.entry(schema, FieldType.anything(SqlType.parse(type)));
  }

  private static Map.Entry<String, FieldType> seconds(String schema, String type, int digits) {
    return Map.entry(schema, FieldType.seconds(type, digits));
  }
}
