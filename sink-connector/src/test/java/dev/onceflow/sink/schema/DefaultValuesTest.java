package dev.onceflow.sink.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

/** Defaults of fields as constants of SQL, and names of columns that would be one. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
class DefaultValuesTest {
  @Test
  void constantsAreWrittenAsSql() {
    assertThat(DefaultValues.sql(SchemaBuilder.int64().defaultValue(-5L).build())).contains("-5");
    assertThat(DefaultValues.sql(SchemaBuilder.bool().defaultValue(true).build())).contains("true");
    assertThat(DefaultValues.sql(SchemaBuilder.float64().defaultValue(Double.NaN).build()))
        .contains("'NaN'");
    assertThat(DefaultValues.sql(SchemaBuilder.string().defaultValue("a'; DROP").build()))
        .contains("'a''; DROP'");
    assertThat(
            DefaultValues.sql(
                Decimal.builder(2).defaultValue(new BigDecimal("1E+3").setScale(2)).build()))
        .contains("1000.00");
    assertThat(DefaultValues.sql(Timestamp.builder().defaultValue(new Date(1)).build()))
        .contains("'1970-01-01T00:00:00.001Z'");
    assertThat(DefaultValues.sql(Time.builder().defaultValue(new Date(61_000)).build()))
        .contains("'00:01:01'");
    assertThat(
            DefaultValues.sql(
                org.apache.kafka.connect.data.Date.builder().defaultValue(new Date(0)).build()))
        .contains("'1970-01-01'");
    assertThat(
            DefaultValues.sql(
                SchemaBuilder.string().name("io.debezium.data.Enum").defaultValue("small").build()))
        .contains("'small'");
  }

  @Test
  void whatIsNoConstantHasNone() {
    assertThat(DefaultValues.sql(Schema.STRING_SCHEMA)).isEmpty();
    assertThat(DefaultValues.sql(SchemaBuilder.bytes().defaultValue(new byte[] {1}).build()))
        .isEmpty();
    assertThat(DefaultValues.sql(SchemaBuilder.string().defaultValue("a\0").build())).isEmpty();
    assertThat(
            DefaultValues.sql(
                SchemaBuilder.int32().name("io.debezium.time.Date").defaultValue(3).build()))
        .isEmpty();
    assertThat(
            DefaultValues.sql(
                SchemaBuilder.array(Schema.INT32_SCHEMA).defaultValue(List.of(1)).build()))
        .isEmpty();
  }

  @Test
  void fieldsThatWouldShareAColumnAreRefused() {
    Schema schema =
        SchemaBuilder.struct()
            .name("Order")
            .field("orderId", Schema.INT32_SCHEMA)
            .field("order_id", Schema.INT32_SCHEMA)
            .build();

    assertThat(ColumnNaming.AS_IS.mappings(schema)).hasSize(2);
    assertThatThrownBy(() -> ColumnNaming.SNAKE_CASE.mappings(schema))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessage(
            "fields orderId and order_id of schema Order both go to column order_id with"
                + " column.naming=snake_case; name their columns");
  }
}
