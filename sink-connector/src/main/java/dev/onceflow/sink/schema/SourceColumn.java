package dev.onceflow.sink.schema;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/**
 * The type of the column that a field was captured from, which Debezium passes on where it is told
 * to ({@code column.propagate.source.type}, {@code datatype.propagate.source.type}).
 */
final class SourceColumn {
  private static final String TYPE = "__debezium.source.column.type";
  private static final String LENGTH = "__debezium.source.column.length";
  private static final String SCALE = "__debezium.source.column.scale";
  private static final int CHARACTERS_MAX = 10_485_760;

  private static final Set<String> NUMERIC = Set.of("NUMERIC", "DECIMAL", "NUMBER", "DEC", "FIXED");
  // char(n), too, becomes varchar(n): it holds the same and gives back what was written.
  private static final Set<String> CHARACTERS =
      Set.of(
          "VARCHAR",
          "VARCHAR2",
          "NVARCHAR",
          "NVARCHAR2",
          "CHARACTER VARYING",
          "CHAR",
          "NCHAR",
          "BPCHAR",
          "CHARACTER");
  // Types of text that PostgreSQL has by the same names; types of extensions stay text.
  private static final Map<String, String> TEXTUAL =
      Map.ofEntries(
          Map.entry("UUID", "uuid"),
          Map.entry("UNIQUEIDENTIFIER", "uuid"),
          Map.entry("JSON", "jsonb"),
          Map.entry("JSONB", "jsonb"),
          Map.entry("XML", "xml"),
          Map.entry("INET", "inet"),
          Map.entry("CIDR", "cidr"),
          Map.entry("MACADDR", "macaddr"),
          Map.entry("MACADDR8", "macaddr8"),
          Map.entry("INTERVAL", "interval"),
          Map.entry("TSVECTOR", "tsvector"),
          Map.entry("TSQUERY", "tsquery"),
          Map.entry("INT4RANGE", "int4range"),
          Map.entry("INT8RANGE", "int8range"),
          Map.entry("NUMRANGE", "numrange"),
          Map.entry("DATERANGE", "daterange"),
          Map.entry("TSRANGE", "tsrange"),
          Map.entry("TSTZRANGE", "tstzrange"));

  private SourceColumn() {}

  /** The type for a text whose source column is known. */
  static Optional<FieldType> type(Schema schema) {
    Optional<String> source = name(schema);
    if (source.isEmpty() || schema.type() != Schema.Type.STRING) {
      return Optional.empty();
    }
    if (CHARACTERS.contains(source.get())) {
      return FieldType.number(schema, LENGTH)
          .filter(length -> length > 0 && length <= CHARACTERS_MAX)
          .map(
              length ->
                  new FieldType(
                      SqlType.of("character varying", length), new Least.Characters(length)));
    }
    return Optional.ofNullable(TEXTUAL.get(source.get()))
        .map(type -> FieldType.anything(SqlType.plain(type)));
  }

  /** The type for a decimal whose source column has precision and scale. */
  static Optional<FieldType> numeric(Schema schema) {
    return name(schema)
        .filter(NUMERIC::contains)
        .flatMap(source -> FieldType.number(schema, LENGTH))
        .flatMap(length -> FieldType.numeric(length, FieldType.number(schema, SCALE).orElse(0)));
  }

  /** Whether the source column held a local date and time. */
  static boolean isWithoutZone(Schema schema) {
    return name(schema)
        .filter(type -> type.startsWith("DATETIME") || type.startsWith("TIMESTAMP"))
        .filter(type -> !type.contains("TZ") && !type.contains("ZONE") && !type.contains("OFFSET"))
        .isPresent();
  }

  /** Whether the source column held bit strings of different lengths. */
  static boolean isVarying(Schema schema) {
    return name(schema)
        .filter(type -> type.equals("VARBIT") || type.contains("VARYING"))
        .isPresent();
  }

  private static Optional<String> name(Schema schema) {
    return Optional.ofNullable(schema.parameters())
        .map(parameters -> parameters.get(TYPE))
        .map(type -> type.trim().toUpperCase(Locale.ROOT))
        // MySQL's connector may write VARCHAR(20).
        .map(type -> type.indexOf('(') < 0 ? type : type.substring(0, type.indexOf('(')).trim());
  }
}
