package dev.onceflow.sink.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which column a field gets. */
class FieldTypeTest {
  private static String made(Schema schema) {
    return FieldType.of(schema).made().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, smallint",
    "INT16, smallint",
    "INT32, integer",
    "INT64, bigint",
    "FLOAT32, real",
    "FLOAT64, double precision",
    "BOOLEAN, boolean",
    "STRING, text",
    "BYTES, bytea",
    "STRUCT, jsonb"
  })
  void primitives(Schema.Type type, String expected) {
    assertThat(made(new SchemaBuilder(type).build())).isEqualTo(expected);
  }

  @Test
  void logicalTypes() {
    assertThat(made(Decimal.schema(2))).isEqualTo("numeric");
    assertThat(made(Decimal.builder(2).parameter("connect.decimal.precision", "10").build()))
        .isEqualTo("numeric(10,2)");
    assertThat(made(Decimal.builder(-3).parameter("connect.decimal.precision", "10").build()))
        .isEqualTo("numeric");
    assertThat(made(Date.SCHEMA)).isEqualTo("date");
    assertThat(made(Time.SCHEMA)).isEqualTo("time without time zone");
    assertThat(made(Timestamp.SCHEMA)).isEqualTo("timestamp with time zone");
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, io.debezium.time.Date, date",
    "INT32, io.debezium.time.Time, time without time zone",
    "INT64, io.debezium.time.MicroTime, time without time zone",
    "INT64, io.debezium.time.NanoTime, time without time zone",
    "STRING, io.debezium.time.ZonedTime, time with time zone",
    "INT64, io.debezium.time.Timestamp, timestamp without time zone",
    "INT64, io.debezium.time.MicroTimestamp, timestamp without time zone",
    "INT64, io.debezium.time.NanoTimestamp, timestamp without time zone",
    "STRING, io.debezium.time.ZonedTimestamp, timestamp with time zone",
    "STRING, io.debezium.time.IsoDate, date",
    "INT32, io.debezium.time.Year, integer",
    "STRING, io.debezium.time.Interval, interval",
    "INT64, io.debezium.time.MicroDuration, interval",
    "STRING, io.debezium.data.Json, jsonb",
    "STRING, io.debezium.data.Xml, xml",
    "STRING, io.debezium.data.Uuid, uuid",
    "STRING, io.debezium.data.Enum, text",
    "STRING, io.debezium.data.EnumSet, text",
    "STRING, io.debezium.data.Ltree, text",
    "BYTES, io.debezium.data.Bits, bit varying",
    "STRUCT, io.debezium.data.VariableScaleDecimal, numeric",
    "STRUCT, io.debezium.data.geometry.Point, point",
    "STRUCT, io.debezium.data.geometry.Geometry, jsonb",
    "STRING, com.example.Own, text"
  })
  void semanticTypes(Schema.Type type, String name, String expected) {
    assertThat(made(new SchemaBuilder(type).name(name).build())).isEqualTo(expected);
  }

  @Test
  void bitsKeepTheirLength() {
    SchemaBuilder bits =
        SchemaBuilder.bytes().name("io.debezium.data.Bits").parameter("length", "5");

    assertThat(made(bits)).isEqualTo("bit(5)");
    assertThat(made(bits.parameter("__debezium.source.column.type", "VARBIT")))
        .isEqualTo("bit varying(5)");
  }

  @ParameterizedTest
  @CsvSource({
    "VARCHAR, 20, character varying(20)",
    "varchar(20), 20, character varying(20)",
    "CHAR, 3, character varying(3)",
    "VARCHAR, 2147483647, text",
    "TEXT, 20, text",
    "INET, 1, inet",
    "JSONB, 1, jsonb",
    "UUID, 1, uuid",
    "TSTZRANGE, 1, tstzrange",
    "CITEXT, 1, text"
  })
  void textsTakeTheirSourceColumnsType(String source, String length, String expected) {
    assertThat(
            made(
                SchemaBuilder.string()
                    .parameter("__debezium.source.column.type", source)
                    .parameter("__debezium.source.column.length", length)
                    .build()))
        .isEqualTo(expected);
  }

  @Test
  void decimalsAndTimestampsTakeTheirSourceColumnsType() {
    assertThat(
            made(
                Decimal.builder(2)
                    .parameter("__debezium.source.column.type", "NUMERIC")
                    .parameter("__debezium.source.column.length", "12")
                    .parameter("__debezium.source.column.scale", "2")
                    .build()))
        .isEqualTo("numeric(12,2)");
    assertThat(
            made(
                Timestamp.builder().parameter("__debezium.source.column.type", "DATETIME").build()))
        .isEqualTo("timestamp without time zone");
    assertThat(
            made(
                Timestamp.builder()
                    .parameter("__debezium.source.column.type", "TIMESTAMPTZ")
                    .build()))
        .isEqualTo("timestamp with time zone");
  }

  @Test
  void collections() {
    assertThat(made(SchemaBuilder.array(Schema.INT32_SCHEMA).build())).isEqualTo("integer[]");
    assertThat(made(SchemaBuilder.array(Decimal.schema(2)).build())).isEqualTo("numeric[]");
    assertThat(made(SchemaBuilder.array(SchemaBuilder.array(Schema.INT32_SCHEMA).build()).build()))
        .isEqualTo("jsonb");
    assertThat(made(SchemaBuilder.array(SchemaBuilder.struct().build()).build()))
        .isEqualTo("jsonb");
    assertThat(made(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build()))
        .isEqualTo("jsonb");
  }

  @ParameterizedTest
  @CsvSource({
    "integer",
    "numeric",
    "'numeric(10,2)'",
    "'numeric(10,-2)'",
    "character varying(20)",
    "timestamp with time zone",
    "timestamp(3) without time zone",
    "bit varying(5)",
    "integer[]",
    "character varying(3)[]",
    "\"Quoted type\"",
    "s.\"odd (1) name\""
  })
  void typesOfTheCatalogueAreReadAndWrittenBack(String declared) {
    assertThat(SqlType.parse(declared)).hasToString(declared);
  }

  @ParameterizedTest
  @EnumSource(ColumnNaming.class)
  void plainNamesStayUnderEveryNaming(ColumnNaming naming) {
    assertThat(naming.column("order_2_id")).isEqualTo("order_2_id");
  }

  @ParameterizedTest
  @CsvSource({
    "orderLineID, order_line_id",
    "HTTPServer, http_server",
    "order-line.ID, order_line_id",
    "Straße Größe, straße_größe",
    "v2Amount, v2_amount"
  })
  void snakeCase(String field, String column) {
    assertThat(ColumnNaming.SNAKE_CASE.column(field)).isEqualTo(column);
  }
}
