package dev.onceflow.cli.audit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.digest.Row;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What a record's row is, column by column, in the form that the server sends it in. */
class RecordRowsTest {
  private static final String ID = "01900000-0000-7000-8000-000000000001";

  private static InsertEffect effect() {
    return InsertEffect.of(
        ConnectorFile.parse(
            "f", "name=s\ntables=t\ntable.t.topic=t\ntable.t.effect=insert\ntable.t.event.id=id\n"),
        Optional.empty(),
        Optional.empty());
  }

  private static Schema schema(String type) {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "R", "fields": [
              {"name": "id", "type": "string"}, {"name": "v", "type": %s}]}"""
                .formatted(type));
  }

  private static Optional<String> written(String avroType, Object value, ColumnKind kind) {
    GenericRecord record = new GenericData.Record(schema(avroType));
    record.put("id", ID);
    record.put("v", value);
    List<ComparedColumn> columns =
        List.of(
            new ComparedColumn("id", "uuid", ColumnKind.UUID), new ComparedColumn("v", "x", kind));
    RowBuffer buffer = new RowBuffer();
    boolean isRow =
        new RecordRows(effect(), columns, Set.of())
            .write(
                new TopicRecord(new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]), record),
                buffer);
    if (!isRow) {
      return Optional.empty();
    }
    Row row = new Row();
    buffer.show(row);
    byte[][] values = TableRows.values(row, 2);
    assertThat(ColumnKind.UUID.text(values[0])).isEqualTo(ID);
    return Optional.of(values[1] == null ? "null" : kind.text(values[1]));
  }

  @Test
  void valuesTakeTheFormOfTheirColumn() {
    assertThat(written("\"long\"", 7L, ColumnKind.INT8)).contains("7");
    assertThat(written("\"int\"", -7, ColumnKind.INT2)).contains("-7");
    assertThat(written("\"long\"", 1L << 40, ColumnKind.NUMERIC)).contains("1099511627776");
    assertThat(written("\"boolean\"", true, ColumnKind.BOOL)).contains("true");
    assertThat(written("\"double\"", 1.5, ColumnKind.FLOAT8)).contains("1.5");
    assertThat(written("\"string\"", "ä", ColumnKind.TEXT)).contains("ä");
    assertThat(written("\"string\"", "1.500", ColumnKind.NUMERIC)).contains("1.5");
    assertThat(written("\"string\"", ID, ColumnKind.UUID)).contains(ID);
    assertThat(written("\"bytes\"", ByteBuffer.wrap(new byte[] {1, 2}), ColumnKind.BYTEA))
        .contains("\\x0102");
    assertThat(written("[\"null\", \"long\"]", null, ColumnKind.INT8)).contains("null");
    assertThat(written("[\"null\", \"long\"]", 9L, ColumnKind.INT8)).contains("9");
  }

  @Test
  void timesKeepTheirMicroseconds() {
    assertThat(written(logical("long", "timestamp-millis"), 1_500L, ColumnKind.TIMESTAMPTZ))
        .contains("1970-01-01T00:00:01.500Z");
    assertThat(written(logical("long", "timestamp-micros"), -1L, ColumnKind.TIMESTAMPTZ))
        .contains("1969-12-31T23:59:59.999999Z");
    assertThat(written(logical("int", "date"), 20_000, ColumnKind.DATE)).contains("2024-10-04");
    assertThat(written(logical("int", "time-millis"), 61_000, ColumnKind.TIME))
        .contains("00:01:01");
    assertThat(written("\"string\"", "2024-10-04T01:00:00+02:00", ColumnKind.TIMESTAMPTZ))
        .contains("2024-10-03T23:00:00Z");
  }

  @Test
  void decimalsAreComparedByValueAndNotByScale() {
    String decimal =
        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 10, \"scale\": 3}";
    ByteBuffer unscaled = ByteBuffer.wrap(new BigDecimal("150.000").unscaledValue().toByteArray());

    assertThat(written(decimal, unscaled, ColumnKind.NUMERIC)).contains("150");
  }

  @Test
  void aRecordThatFitsNoRowIsNone() {
    assertThat(written("\"long\"", 1L << 40, ColumnKind.INT4)).isEmpty();
    assertThat(written("\"string\"", "none", ColumnKind.UUID)).isEmpty();
    assertThat(written("\"string\"", "none", ColumnKind.NUMERIC)).isEmpty();
    assertThat(written("\"string\"", "none", ColumnKind.TIMESTAMP)).isEmpty();
  }

  @Test
  void aPairOfTypesThatIsNotKnownIsRefusedAndNotGuessed() {
    assertThatThrownBy(
            () ->
                written(
                    "{\"type\": \"array\", \"items\": \"long\"}",
                    new ArrayList<>(),
                    ColumnKind.TEXT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Column v")
        .hasMessageContaining("--without-column v");
  }

  private static String logical(String type, String name) {
    return "{\"type\": \"%s\", \"logicalType\": \"%s\"}".formatted(type, name);
  }
}
