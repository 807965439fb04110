package dev.onceflow.sink;

import static dev.onceflow.sink.TypeCase.holds;
import static dev.onceflow.sink.TypeCase.refused;
import static org.apache.kafka.connect.data.Schema.BOOLEAN_SCHEMA;
import static org.apache.kafka.connect.data.Schema.FLOAT32_SCHEMA;
import static org.apache.kafka.connect.data.Schema.FLOAT64_SCHEMA;
import static org.apache.kafka.connect.data.Schema.INT16_SCHEMA;
import static org.apache.kafka.connect.data.Schema.INT32_SCHEMA;
import static org.apache.kafka.connect.data.Schema.INT64_SCHEMA;
import static org.apache.kafka.connect.data.Schema.INT8_SCHEMA;
import static org.apache.kafka.connect.data.Schema.STRING_SCHEMA;

import java.math.BigDecimal;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Truth and numbers. */
final class NumberCases {
  private static final Schema VARIABLE =
      SchemaBuilder.struct()
          .name("io.debezium.data.VariableScaleDecimal")
          .field("scale", Schema.INT32_SCHEMA)
          .field("value", Schema.BYTES_SCHEMA)
          .build();
  private static final Schema YEAR = SchemaBuilder.int32().name("io.debezium.time.Year").build();

  private NumberCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(truth(), integers(), floats(), decimals(), money(), texts()).flatMap(s -> s);
  }

  private static Stream<TypeCase> truth() {
    return Stream.of(
        holds("bool", BOOLEAN_SCHEMA, true, "true"),
        holds("bool", BOOLEAN_SCHEMA, false, "false"),
        holds("bool", INT16_SCHEMA, (short) 1, "true"),
        holds("bool", INT8_SCHEMA, (byte) 0, "false"),
        refused("bool", INT32_SCHEMA, 2, "neither 0 nor 1"),
        refused("bool", FLOAT64_SCHEMA, 1.0, "which can't go to a column of type boolean"),
        holds("int2", BOOLEAN_SCHEMA, true, "1"),
        holds("int4", BOOLEAN_SCHEMA, false, "0"),
        holds("numeric", BOOLEAN_SCHEMA, true, "1"),
        holds("text", BOOLEAN_SCHEMA, true, "true"),
        holds("bit(1)", BOOLEAN_SCHEMA, true, "1"),
        holds("jsonb", BOOLEAN_SCHEMA, false, "false"));
  }

  private static Stream<TypeCase> integers() {
    return Stream.of(
        holds("int2", INT8_SCHEMA, (byte) -128, "-128"),
        holds("int2", INT16_SCHEMA, Short.MIN_VALUE, "-32768"),
        holds("int4", INT32_SCHEMA, Integer.MAX_VALUE, "2147483647"),
        holds("int8", INT64_SCHEMA, Long.MIN_VALUE, "-9223372036854775808"),
        holds("serial", INT32_SCHEMA, 7, "7"),
        holds("bigserial", INT64_SCHEMA, 7L, "7"),
        holds("smallserial", INT16_SCHEMA, (short) 7, "7"),
        holds("oid", INT64_SCHEMA, 4294967295L, "4294967295"),
        refused("oid", INT64_SCHEMA, -1L, "outside 0 to 4294967295"),
        refused("int2", INT32_SCHEMA, 40000, "outside -32768 to 32767"),
        holds("float8", INT64_SCHEMA, 9007199254740992L, "9.007199254740992e+15"),
        refused(
            "float8",
            INT64_SCHEMA,
            9007199254740993L,
            "has more digits than the column's floating-point numbers"),
        holds("float4", INT32_SCHEMA, 16777216, "1.6777216e+07"),
        refused(
            "float4",
            INT32_SCHEMA,
            16777217,
            "has more digits than the column's floating-point numbers"),
        holds("int4", YEAR, 2024, "2024"),
        holds("text", INT64_SCHEMA, -5L, "-5"),
        holds("varchar(3)", INT64_SCHEMA, 123L, "123"),
        refused("varchar(3)", INT64_SCHEMA, 1234L, "longer than 3 characters"),
        holds("jsonb", INT64_SCHEMA, Long.MAX_VALUE, "9223372036854775807"),
        holds("xid", INT64_SCHEMA, 77L, "77"),
        holds("positive", INT32_SCHEMA, 1, "1"),
        refused("positive", INT32_SCHEMA, 0, "(SQLSTATE 23514, constraint positive_check)"),
        holds("small_positive", INT32_SCHEMA, 99, "99"),
        refused(
            "small_positive",
            INT32_SCHEMA,
            100,
            "(SQLSTATE 23514, constraint small_positive_check)"),
        refused("small_positive", INT64_SCHEMA, 1L << 40, "outside -2147483648 to 2147483647"),
        refused("date", INT32_SCHEMA, 1, "which can't go to a column of type date"),
        refused("timestamptz", INT64_SCHEMA, 1L, "a column of type timestamp with time zone"));
  }

  private static Stream<TypeCase> floats() {
    return Stream.of(
        holds("float4", FLOAT32_SCHEMA, 0.1f, "0.1"),
        holds("float4", FLOAT32_SCHEMA, Float.NaN, "NaN"),
        holds("float4", FLOAT32_SCHEMA, Float.MIN_VALUE, "1e-45"),
        holds("float4", FLOAT64_SCHEMA, 0.1, "0.1"),
        holds("float4", FLOAT64_SCHEMA, 0.5, "0.5"),
        holds("float4", FLOAT64_SCHEMA, Double.POSITIVE_INFINITY, "Infinity"),
        refused(
            "float4",
            FLOAT64_SCHEMA,
            0.123456789012,
            "has more digits than the column's floating-point numbers"),
        refused(
            "float4",
            FLOAT64_SCHEMA,
            1e300,
            "outside the range of the column's floating-point numbers"),
        holds("float8", FLOAT64_SCHEMA, 0.1, "0.1"),
        holds("float8", FLOAT64_SCHEMA, Double.MAX_VALUE, "1.7976931348623157e+308"),
        holds("float8", FLOAT64_SCHEMA, Double.NEGATIVE_INFINITY, "-Infinity"),
        holds("float8", FLOAT32_SCHEMA, 1.5f, "1.5"),
        holds("numeric", FLOAT64_SCHEMA, 0.1, "0.1"),
        holds("numeric", FLOAT32_SCHEMA, 0.1f, "0.1"),
        holds("numeric", FLOAT64_SCHEMA, Double.NaN, "NaN"),
        holds("numeric", FLOAT64_SCHEMA, Double.POSITIVE_INFINITY, "Infinity"),
        holds("numeric(5, 2)", FLOAT64_SCHEMA, Double.NaN, "NaN"),
        refused(
            "numeric(5, 2)",
            FLOAT64_SCHEMA,
            Double.NEGATIVE_INFINITY,
            "infinite, and the column has a precision"),
        holds("int4", FLOAT64_SCHEMA, 3.0, "3"),
        refused("int4", FLOAT64_SCHEMA, 3.5, "no whole number of up to 64 bits"),
        holds("text", FLOAT64_SCHEMA, 0.25, "0.25"),
        holds("jsonb", FLOAT64_SCHEMA, 0.25, "0.25"),
        refused(
            "jsonb",
            FLOAT64_SCHEMA,
            Double.NaN,
            "holds a number that isn't finite, which JSON has none of"));
  }

  private static Stream<TypeCase> decimals() {
    return Stream.of(
        decimal("numeric", "1.10", "1.10"),
        decimal("numeric", "-0.00000000000000000001", "-0.00000000000000000001"),
        decimal(
            "numeric(38, 10)",
            "12345678901234567890.0123456789",
            "12345678901234567890.0123456789"),
        decimal("numeric(5, 2)", "1.1", "1.10"),
        decimal("numeric(5, -2)", "1234500", "1234500"),
        decimal("numeric(5, -2)", "0", "0"),
        decimal("numeric(5, -2)", "1234550", "!would be rounded to a multiple of 100"),
        decimal("numeric(5, -2)", "12345600", "!has more than 7 digits before the point"),
        decimal("numeric(2, 5)", "0.00012", "0.00012"),
        decimal("numeric(2, 5)", "0.00123", "!too large for its precision and scale"),
        decimal("numeric(2, 0)", "1.5", "!has 1 digits after the point and would be rounded"),
        decimal("price", "1234.56", "1234.56"),
        decimal("price", "1234.567", "!has 3 digits after the point and would be rounded"),
        decimal("int8", "9223372036854775807", "9223372036854775807"),
        decimal("int8", "9223372036854775808", "!no whole number of up to 64 bits"),
        decimal("int4", "5.00", "5"),
        decimal("float8", "0.1", "0.1"),
        decimal(
            "float8",
            "0.1234567890123456789",
            "!has more digits than the column's floating-point numbers"),
        decimal("float4", "1.25", "1.25"),
        decimal("text", "1.10", "1.10"),
        decimal("jsonb", "1234567890123456789012345.10", "1234567890123456789012345.10"),
        holds("numeric", VARIABLE, variable("123.456"), "123.456"),
        holds("numeric", VARIABLE, variable("-1E+5"), "-100000"),
        holds(
            "numeric",
            VARIABLE,
            variable("1234567890123456789012345678901234567890.5"),
            "1234567890123456789012345678901234567890.5"),
        refused(
            "numeric",
            VARIABLE,
            variable("1E+1000000000"),
            "more than 131072 digits before the point"),
        refused(
            "numeric",
            VARIABLE,
            variable("1E-1000000000"),
            "more than 16383 digits after the point"),
        holds("numeric(10, 3)", VARIABLE, variable("123.456"), "123.456"),
        holds("text", VARIABLE, variable("123.450"), "123.450"));
  }

  private static Stream<TypeCase> money() {
    return Stream.of(
        decimal("money", "1234.5", "$1,234.50"),
        decimal("money", "-0.01", "-$0.01"),
        decimal("money", "1.001", "!has 3 digits after the point and would be rounded"),
        decimal("money", "92233720368547758.08", "!outside the range of money"),
        holds("money", FLOAT64_SCHEMA, 12.34, "$12.34"),
        holds("money", INT64_SCHEMA, 12L, "$12.00"),
        holds("money", STRING_SCHEMA, "12.34", "$12.34"),
        refused("money", STRING_SCHEMA, "$12.34", "no finite number"));
  }

  private static Stream<TypeCase> texts() {
    return Stream.of(
        holds("bool", STRING_SCHEMA, "true", "true"),
        holds("bool", STRING_SCHEMA, "OFF", "false"),
        refused("bool", STRING_SCHEMA, "maybe", "neither true nor false"),
        holds("int2", STRING_SCHEMA, "12", "12"),
        holds("int4", STRING_SCHEMA, " -12 ", "-12"),
        holds("int8", STRING_SCHEMA, "1e3", "1000"),
        refused("int4", STRING_SCHEMA, "twelve", "no finite number"),
        refused("int4", STRING_SCHEMA, "1e1000000000", "no whole number of up to 64 bits"),
        holds("float8", STRING_SCHEMA, "0.1", "0.1"),
        holds("float8", STRING_SCHEMA, "NaN", "NaN"),
        holds("float4", STRING_SCHEMA, "-Infinity", "-Infinity"),
        holds(
            "numeric",
            STRING_SCHEMA,
            "123456789012345678901234567890.12",
            "123456789012345678901234567890.12"),
        holds("numeric", STRING_SCHEMA, "NaN", "NaN"),
        refused(
            "numeric", STRING_SCHEMA, "1e1000000000", "more than 131072 digits before the point"));
  }

  private static TypeCase decimal(String columnType, String value, String expected) {
    BigDecimal decimal = new BigDecimal(value);
    return new TypeCase(columnType, Decimal.schema(decimal.scale()), decimal, expected);
  }

  private static Struct variable(String value) {
    BigDecimal decimal = new BigDecimal(value);
    return new Struct(VARIABLE)
        .put("scale", decimal.scale())
        .put("value", decimal.unscaledValue().toByteArray());
  }
}
