package dev.onceflow.sink.record;

import static dev.onceflow.sink.record.TestingTargets.arrayOf;
import static dev.onceflow.sink.record.TestingTargets.column;
import static dev.onceflow.sink.record.TestingTargets.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A value without a schema is written as the same value with the schema that its class names. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
class UntypedEncoderTest {
  static Stream<Arguments> values() {
    Schema texts = SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build();
    return Stream.of(
        Arguments.of(ColumnType.BOOL, Schema.BOOLEAN_SCHEMA, true),
        Arguments.of(ColumnType.INT8, Schema.INT64_SCHEMA, 5L),
        Arguments.of(ColumnType.INT4, Schema.INT32_SCHEMA, 5),
        Arguments.of(ColumnType.INT4, Schema.INT64_SCHEMA, 5L),
        Arguments.of(ColumnType.FLOAT4, Schema.FLOAT64_SCHEMA, 0.1),
        Arguments.of(ColumnType.FLOAT8, Schema.FLOAT64_SCHEMA, 0.1),
        Arguments.of(ColumnType.NUMERIC, Decimal.schema(2), new BigDecimal("1.10")),
        Arguments.of(ColumnType.NUMERIC, Schema.FLOAT64_SCHEMA, 0.1),
        Arguments.of(ColumnType.TEXT, Schema.STRING_SCHEMA, "text"),
        Arguments.of(ColumnType.UUID, Schema.STRING_SCHEMA, "0198c0de-0000-7000-8000-00000000000a"),
        Arguments.of(ColumnType.TIMESTAMPTZ, Schema.STRING_SCHEMA, "2024-02-29T00:00:00Z"),
        Arguments.of(ColumnType.TIMESTAMPTZ, Timestamp.SCHEMA, new Date(1)),
        Arguments.of(ColumnType.BYTEA, Schema.BYTES_SCHEMA, new byte[] {1}),
        Arguments.of(ColumnType.BYTEA, Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {1})),
        Arguments.of(ColumnType.JSONB, texts, Arrays.asList("a", null)),
        Arguments.of(
            ColumnType.JSONB,
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.FLOAT64_SCHEMA).build(),
            Map.of("a", 0.5)),
        Arguments.of(
            ColumnType.HSTORE,
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).build(),
            Map.of("a", 1L)),
        Arguments.of(
            ColumnType.VECTOR, SchemaBuilder.array(Schema.FLOAT64_SCHEMA).build(), List.of(0.5)));
  }

  @ParameterizedTest
  @MethodSource("values")
  void isWrittenAsWithASchema(ColumnType type, Schema schema, Object value) {
    TargetColumn column = column(type);

    byte[] untyped = written(ColumnEncoder.untyped(column), value);

    assertThat(untyped).isEqualTo(written(ColumnEncoder.of(schema, column).orElseThrow(), value));
  }

  @Test
  void bigIntegersAreNumbers() {
    ColumnEncoder untyped = ColumnEncoder.untyped(column(ColumnType.NUMERIC));

    assertThat(written(untyped, BigInteger.TEN)).isEqualTo(written(untyped, 10L));
  }

  @Test
  void classesMayChangeFromValueToValue() {
    ColumnEncoder untyped = ColumnEncoder.untyped(column(ColumnType.NUMERIC));

    assertThat(written(untyped, 1)).isEqualTo(written(untyped, 1L));
    assertThat(written(untyped, "1.5")).isEqualTo(written(untyped, 1.5));
  }

  @Test
  void listsMayMixClasses() {
    ColumnEncoder untyped = ColumnEncoder.untyped(arrayOf(ColumnType.INT4));
    ColumnEncoder typed =
        ColumnEncoder.of(
                SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).build(), arrayOf(ColumnType.INT4))
            .orElseThrow();

    assertThat(written(untyped, Arrays.asList(1L, null, "3")))
        .isEqualTo(written(typed, Arrays.asList(1, null, 3)));
  }

  @Test
  void documentsKeepTheirShape() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("list", Arrays.asList(1L, "two", 3.5, null, Map.of("deep", true)));
    document.put("amount", new BigDecimal("1.10"));
    byte[] written = written(ColumnEncoder.untyped(column(ColumnType.JSON)), document);

    assertThat(new String(written, 4, written.length - 4, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("{\"list\":[1,\"two\",3.5,null,{\"deep\":true}],\"amount\":1.10}");
  }

  @Test
  void whatDoesNotFitIsNamedByItsClass() {
    ColumnEncoder untyped = ColumnEncoder.untyped(column(ColumnType.UUID));

    assertThatThrownBy(() -> written(untyped, 5L))
        .isInstanceOf(UnfitValueException.class)
        .hasMessage("a Long, which can't go to a column of type UUID");
  }

  @Test
  void structsAreNoValuesWithoutASchema() {
    Struct struct = new Struct(SchemaBuilder.struct().build());
    ColumnEncoder untyped = ColumnEncoder.untyped(column(ColumnType.JSONB));

    assertThatThrownBy(() -> written(untyped, struct))
        .isInstanceOf(UnfitValueException.class)
        .hasMessage("a struct among values without a schema");
  }
}
