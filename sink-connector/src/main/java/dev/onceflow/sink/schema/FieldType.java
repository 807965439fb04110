package dev.onceflow.sink.schema;

import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The column type for a field.
 *
 * <p>Precedence: what the schema's name means (Connect's logical types, Debezium's semantic ones),
 * then the type of the column that the field came from, where Debezium passes it on, then the
 * schema's type.
 *
 * @param made what a new column gets
 * @param least what a column that is there must hold
 */
record FieldType(SqlType made, Least least) {
  private static final int MILLI_DIGITS = 3;

  static FieldType of(Schema schema) {
    return logical(schema)
        .or(() -> SemanticTypes.of(schema))
        .or(() -> SourceColumn.type(schema))
        .orElseGet(() -> ofType(schema));
  }

  static FieldType anything(SqlType type) {
    return new FieldType(type, new Least.Anything());
  }

  static FieldType seconds(String type, int digits) {
    return new FieldType(SqlType.plain(type), new Least.SecondDigits(digits));
  }

  private static Optional<FieldType> logical(Schema schema) {
    if (schema.name() == null) {
      return Optional.empty();
    }
    return switch (schema.name()) {
      case Decimal.LOGICAL_NAME -> Optional.of(decimal(schema));
      case Date.LOGICAL_NAME -> Optional.of(anything(SqlType.plain("date")));
      case Time.LOGICAL_NAME ->
          Optional.of(seconds(SqlType.plain("time without time zone").name(), MILLI_DIGITS));
      // An instant, unless its source column had no time zone either.
      case Timestamp.LOGICAL_NAME ->
          Optional.of(
              seconds(
                  SourceColumn.isWithoutZone(schema)
                      ? "timestamp without time zone"
                      : "timestamp with time zone",
                  MILLI_DIGITS));
      default -> Optional.empty();
    };
  }

  private static FieldType decimal(Schema schema) {
    return SourceColumn.numeric(schema)
        .orElseGet(
            () -> {
              int scale = number(schema, Decimal.SCALE_FIELD).orElse(0);
              return number(schema, "connect.decimal.precision")
                  .flatMap(precision -> numeric(precision, scale))
                  .orElse(
                      new FieldType(
                          SqlType.NUMERIC, new Least.Decimals(Least.Decimals.UNKNOWN, scale)));
            });
  }

  /** A numeric with these, empty where PostgreSQL has none such. */
  static Optional<FieldType> numeric(int precision, int scale) {
    // Below version 15 a scale may be neither negative nor above the precision.
    return scale < 0 || precision < Math.max(1, scale) || precision > Widening.PRECISION_MAX
        ? Optional.empty()
        : Optional.of(
            new FieldType(
                SqlType.of("numeric", precision, scale),
                new Least.Decimals(precision - scale, scale)));
  }

  static Optional<Integer> number(Schema schema, String parameter) {
    if (schema.parameters() == null || schema.parameters().get(parameter) == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Integer.valueOf(schema.parameters().get(parameter).trim()));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  private static FieldType ofType(Schema schema) {
    return switch (schema.type()) {
      case INT8 -> new FieldType(SqlType.SMALLINT, new Least.Whole(SqlType.SMALLINT, 3));
      case INT16 -> new FieldType(SqlType.SMALLINT, new Least.Whole(SqlType.SMALLINT, 5));
      case INT32 -> new FieldType(SqlType.INTEGER, new Least.Whole(SqlType.INTEGER, 10));
      case INT64 -> new FieldType(SqlType.BIGINT, new Least.Whole(SqlType.BIGINT, 19));
      case FLOAT32 -> anything(SqlType.REAL);
      case FLOAT64 -> new FieldType(SqlType.DOUBLE, new Least.Doubles());
      case BOOLEAN -> anything(SqlType.plain("boolean"));
      case STRING -> anything(SqlType.TEXT);
      case BYTES -> anything(SqlType.plain("bytea"));
      case ARRAY -> array(of(schema.valueSchema()).made());
      case MAP, STRUCT -> anything(SqlType.JSONB);
    };
  }

  private static FieldType array(SqlType element) {
    boolean isNested = element.isArray() || element.equals(SqlType.JSONB);
    return anything(isNested ? SqlType.JSONB : element.withoutModifiers().array());
  }
}
