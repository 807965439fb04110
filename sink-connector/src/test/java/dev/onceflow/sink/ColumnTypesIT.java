package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every supported value arrives exactly; what would arrive changed is refused. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
class ColumnTypesIT {
  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic topic = new TestingTopic("t", 0);

  private TestingWorker worker(String... more) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "types");
    config.put("topics", "t");
    config.put("connection.url", postgres.url());
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("topic.identity", "unchecked");
    config.put("fence.initial", "earliest");
    config.put("tables", "t");
    config.put("table.t.topic", "t");
    config.put("table.t.effect", "insert");
    config.put("table.t.event.id", "field:id");
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config, 100);
    worker.context.hasDeadLetterQueue = true;
    task.start(config);
    worker.assign(Map.of(topic, 0L));
    return worker;
  }

  /** Writes one value to a column of a type, and reads what the database then has. */
  private String written(String columnType, Schema schema, Object value) {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY, v " + columnType + ")");
    Schema record =
        SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).field("v", schema).build();
    topic.append("k", new Struct(record).put("id", 1).put("v", value));
    TestingWorker worker = worker();
    worker.drain();
    return worker.context.deadLetterReasons.isEmpty()
        ? postgres.query("SELECT v FROM t")
        : worker.context.deadLetterReasons.get(0).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "-1, -1",
    "9999, 9999",
    "10000, 10000",
    "10001, 10001",
    "100000000, 100000000",
    "0.1, 0.1",
    "0.0001, 0.0001",
    "0.00001, 0.00001",
    "-0.00012345, -0.00012345",
    "1.10, 1.10",
    "0.00, 0.00",
    "12345678.9, 12345678.9",
    "9999.9999, 9999.9999",
    "10000.0001, 10000.0001",
    "1000000000000000000000000000000.000000000000000001,"
        + " 1000000000000000000000000000000.000000000000000001",
    "-99999999999999999999999999999999999999, -99999999999999999999999999999999999999",
    "1E+3, 1000",
    "123E-2, 1.23",
    "1125899906842623, 1125899906842623",
    "1125899906842624.5, 1125899906842624.5",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775.807, 9223372036854775.807"
  })
  void numericIsExact(String value, String expected) {
    BigDecimal decimal = new BigDecimal(value);
    BigDecimal scaled = decimal.scale() < 0 ? decimal.setScale(0) : decimal;

    assertThat(written("numeric", Decimal.schema(scaled.scale()), scaled)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "12.3400, 12.34",
    "-99.99, -99.99",
    "0.001, has 3 digits after the point and would be rounded",
    "100.00, has more than 2 digits before the point"
  })
  void numericWithPrecisionIsNeverRounded(String value, String expected) {
    BigDecimal decimal = new BigDecimal(value);

    assertThat(written("numeric(4, 2)", Decimal.schema(decimal.scale()), decimal))
        .endsWith(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "int2, 32767, 32767",
    "int2, 32768, outside -32768 to 32767",
    "int4, -2147483648, -2147483648",
    "int4, 2147483648, outside -2147483648 to 2147483647",
    "int8, -9223372036854775808, -9223372036854775808",
    "numeric, -9223372036854775808, -9223372036854775808",
    "'numeric(3, 0)', 1000, has more than 3 digits before the point"
  })
  void integersFitOrAreRefused(String columnType, long value, String expected) {
    assertThat(written(columnType, Schema.INT64_SCHEMA, value)).endsWith(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "text, plain, plain",
    "text, '', ''",
    "text, 'Zażółć £ 漢字 🦀', 'Zażółć £ 漢字 🦀'",
    "varchar, free, free",
    "varchar(3), 🦀🦀🦀, 🦀🦀🦀",
    "varchar(3), abcd, longer than 3 characters",
    "uuid, 0198C0DE-0000-7000-8000-00000000000A, 0198c0de-0000-7000-8000-00000000000a",
    "uuid, 1-1-1-1-1, no UUID in its canonical form of 36 characters",
    "uuid, zzzzzzzz-0000-7000-8000-00000000000a, no UUID in its canonical form of 36 characters",
    "jsonb, '{\"a\": 1}', '{\"a\": 1}'",
    "bool, true, t",
    "int4, 1, 1",
    "inet, 127.0.0.1, 127.0.0.1"
  })
  void textsFitOrAreRefused(String columnType, String value, String expected) {
    assertThat(written(columnType, Schema.STRING_SCHEMA, value)).endsWith(expected);
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertThat(written("text", Schema.STRING_SCHEMA, "a\ud800"))
        .endsWith("holds half a surrogate pair, which is no character");
  }

  @ParameterizedTest
  @CsvSource({"timestamptz, 1700000000123", "timestamptz, -1", "timestamp, 1700000000123"})
  void timestampsKeepTheirMilliseconds(String columnType, long unixMs) {
    written(columnType, Timestamp.SCHEMA, new Date(unixMs));

    assertThat(postgres.query("SELECT (extract(epoch FROM v) * 1000)::bigint FROM t"))
        .isEqualTo(Long.toString(unixMs));
  }

  @Test
  void timestampsOutsideTheRangeAreRefused() {
    assertThat(written("timestamptz", Timestamp.SCHEMA, new Date(Long.MAX_VALUE)))
        .endsWith("outside PostgreSQL's range of timestamps");
  }

  @ParameterizedTest
  @CsvSource({"0, 1970-01-01", "-1, 1969-12-31", "19675, 2023-11-14"})
  void dates(int day, String expected) {
    assertThat(
            written("date", org.apache.kafka.connect.data.Date.SCHEMA, new Date(day * 86_400_000L)))
        .isEqualTo(expected);
  }

  @Test
  void bytesFromArraysAndBuffers() {
    assertThat(written("bytea", Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {1, -1})))
        .isEqualTo("\\x01ff");
  }

  @ParameterizedTest
  @CsvSource({"float4, 1.5, 1.5", "float8, 1.5, 1.5"})
  void floats(String columnType, float value, String expected) {
    assertThat(written(columnType, Schema.FLOAT32_SCHEMA, value)).isEqualTo(expected);
  }

  @Test
  void booleansAndNulls() {
    assertThat(written("bool", Schema.OPTIONAL_BOOLEAN_SCHEMA, null)).isEqualTo("null");
  }

  @Test
  void nullIsRefusedWhereTheColumnRefusesIt() {
    assertThat(written("bool NOT NULL", Schema.OPTIONAL_BOOLEAN_SCHEMA, null))
        .isEqualTo(
            "table t, column v (boolean): the value of field:v (BOOLEAN) in record t-0@0 is unfit:"
                + " null, and the column can't be");
  }

  @Test
  void headersKeyAndCoordinatesAreValuesToo() {
    postgres.execute(
        "CREATE TABLE t (id text PRIMARY KEY, k text, o int8, p int4, n text, at timestamptz)");
    Schema schema = SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build();
    SinkRecord record = topic.append("the key", new Struct(schema).put("x", 1));
    record.headers().addBytes("ce_id", "event-1".getBytes(StandardCharsets.UTF_8));
    TestingWorker worker =
        worker(
            "table.t.event.id",
            "header:ce_id",
            "table.t.columns",
            "id=header:ce_id,k=record:key,o=record:offset,p=record:partition,n=record:topic,at=record:timestamp");

    worker.drain();

    assertThat(postgres.query("SELECT id, k, o, p, n, extract(epoch FROM at)::bigint FROM t"))
        .isEqualTo("event-1,the key,0,0,t,1700000000");
    assertThat(postgres.query("SELECT last_event_id, last_timestamp_ms FROM onceflow.fence"))
        .isEqualTo("event-1," + TestingTopic.TIME_MS);
  }

  @Test
  void recordWithoutItsEventIdIsRefused() {
    postgres.execute("CREATE TABLE t (id text PRIMARY KEY)");
    Schema schema = SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build();
    topic.append("k", new Struct(schema).put("x", 1));
    TestingWorker worker =
        worker("table.t.event.id", "header:ce_id", "table.t.columns", "id=header:ce_id");

    worker.drain();

    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessageStartingWith("table t, column id (text): the value of header:ce_id (STRING)");
  }

  @Test
  void schemasMayChangeWithinABatch() {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY, v text DEFAULT 'default')");
    Schema first = SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).build();
    Schema second =
        SchemaBuilder.struct()
            .field("id", Schema.INT32_SCHEMA)
            .field("v", Schema.STRING_SCHEMA)
            .build();
    topic.append("k", new Struct(first).put("id", 1));
    topic.append("k", new Struct(second).put("id", 2).put("v", "given"));
    topic.append("k", new Struct(first).put("id", 3));

    worker().drain();

    assertThat(postgres.query("SELECT id, v FROM t ORDER BY 1"))
        .isEqualTo("1,default 2,given 3,default");
  }
}
