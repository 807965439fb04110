package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values in Avro's binary form, decoded by the sink. */
class AvroValuesIT {
  private static final Schema ORDER =
      parse(
          """
          {"type": "record", "name": "Order", "namespace": "shop", "fields": [
            {"name": "id", "type": "string"},
            {"name": "n", "type": ["null", "long"], "default": null}]}""");
  private static final String ROWS = "SELECT * FROM orders ORDER BY 1";

  private final TestingTables tables = new TestingTables();
  private final TestingRegistry registry = new TestingRegistry();
  private final TestingTopic orders = new TestingTopic("orders", 0);

  private static Schema parse(String schema) {
    return new Schema.Parser().parse(schema);
  }

  @BeforeEach
  void configure() {
    tables.config.put("avro.registry.url", registry.url() + "/");
    tables.config.put("retry.backoff.ms", "10");
    tables.table("orders", "topic", "orders", "effect", "insert", "event.id", "id");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void append(byte[] value) {
    orders.append("k", org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA, value);
  }

  private static GenericRecord order(String id, Long n) {
    return new GenericRecordBuilder(ORDER).set("id", id).set("n", n).build();
  }

  @Test
  void everyTypeOfAvroReachesItsColumn() {
    tables.config.put("schema.evolution", "additive");
    Schema schema =
        parse(
            """
            {"type": "record", "name": "All", "fields": [
              {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
              {"name": "flag", "type": "boolean"},
              {"name": "i", "type": "int"},
              {"name": "f", "type": "float"},
              {"name": "d", "type": ["double", "null"]},
              {"name": "raw", "type": "bytes"},
              {"name": "fix", "type": {"type": "fixed", "name": "Two", "size": 2}},
              {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED", "BLUE"]}},
              {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "micros", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
              {"name": "tags", "type": {"type": "array", "items": "string"}},
              {"name": "counts", "type": {"type": "map", "values": "int"}},
              {"name": "inner", "type": ["null", {"type": "record", "name": "Inner", "fields": [
                {"name": "x", "type": "int"}]}]},
              {"name": "many", "type": ["null", "int", "string"]},
              {"name": "nothing", "type": "null"}]}""");
    GenericData.Record value = new GenericData.Record(schema);
    value.put("id", "00000000-0000-7000-8000-000000000001");
    value.put("flag", true);
    value.put("i", 7);
    value.put("f", 0.5f);
    value.put("d", 0.25);
    value.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
    value.put("fix", new GenericData.Fixed(schema.getField("fix").schema(), new byte[] {3, 4}));
    value.put("colour", new GenericData.EnumSymbol(schema.getField("colour").schema(), "BLUE"));
    value.put("amount", ByteBuffer.wrap(new BigDecimal("-12.34").unscaledValue().toByteArray()));
    value.put("day", 19_000);
    value.put("at", 1_700_000_000_123L);
    value.put("micros", 1_700_000_000_123_456L);
    value.put("clock", 3_600_000);
    value.put("tags", List.of("a", "b"));
    value.put("counts", Map.of("k", 1));
    GenericData.Record inner =
        new GenericData.Record(schema.getField("inner").schema().getTypes().get(1));
    inner.put("x", 5);
    value.put("inner", inner);
    value.put("many", "text");
    append(TestingRegistry.encoded(registry.register(schema), schema, value));

    tables.worker(orders).drain();

    assertThat(tables.postgres.query("SELECT o.* FROM orders o"))
        .isEqualTo(
            "00000000-0000-7000-8000-000000000001,t,7,0.5,0.25,\\x0102,\\x0304,BLUE,-12.34,2022-01-08,"
                + "2023-11-14 22:13:20.123+00,2023-11-14 22:13:20.123456,01:00:00,{a,b},"
                + "{\"k\": 1},{\"x\": 5},{\"int\": null, \"string\": \"text\"},null");
  }

  @Test
  void twoSchemasOfOneTopicAndTombstones() {
    tables.config.put("schema.evolution", "additive");
    tables.config.put("table.orders.tombstones", "ignore");
    Schema wider =
        parse(ORDER.toString().replace("}]}", "},{\"name\":\"note\",\"type\":\"string\"}]}"));
    append(TestingRegistry.encoded(registry.register(ORDER), ORDER, order("a", 1L)));
    GenericRecord second =
        new GenericRecordBuilder(wider).set("id", "b").set("n", null).set("note", "x").build();
    append(TestingRegistry.encoded(registry.register(wider), wider, second));
    append(null);
    append(TestingRegistry.encoded(1, ORDER, order("c", 3L)));

    tables.worker(orders).drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("a,1,null b,null,x c,3,null");
    assertThat(registry.authorizations).as("each schema is asked for once").hasSize(2);
  }

  @Test
  void bytesThatCanNotBeReadGoToTheDeadLetterQueueAsTheyCame() {
    tables.postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, n bigint)");
    int id = registry.register(ORDER);
    byte[] good = TestingRegistry.encoded(id, ORDER, order("a", 1L));
    append(good);
    append(new byte[] {1, 2});
    append(Arrays.copyOf(good, good.length - 1));
    append(Arrays.copyOf(good, good.length + 1));
    append(TestingRegistry.encoded(77, ORDER, order("b", 1L)));
    append(TestingRegistry.encoded(registry.register("{\"type\":", ""), ORDER, order("c", 1L)));
    append(
        TestingRegistry.encoded(
            registry.register("{}", ",\"schemaType\":\"JSON\""), ORDER, order("d", 1L)));
    orders.append("k", org.apache.kafka.connect.data.Schema.STRING_SCHEMA, "text");
    append(TestingRegistry.encoded(id, ORDER, order("e", 2L)));
    TestingWorker worker = tables.worker(orders);

    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("a,1 e,2");
    assertThat(worker.context.deadLetterReasons)
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            reason -> assertThat(reason).contains("orders-0@1 is not in the wire format"),
            reason ->
                assertThat(reason).contains("orders-0@2 has fewer bytes than its schema (ID 1)"),
            reason ->
                assertThat(reason).contains("orders-0@3 has more bytes than its schema (ID 1)"),
            reason ->
                assertThat(reason).contains("orders-0@4 can't be read", "has no schema ID 77"),
            reason -> assertThat(reason).contains("orders-0@5", "schema ID 2 is no Avro schema"),
            reason -> assertThat(reason).contains("orders-0@6", "ID 3 is of type JSON, not AVRO"),
            reason -> assertThat(reason).contains("orders-0@7", "ByteArrayConverter"));
    assertThat(worker.context.deadLetters.get(0).value()).isEqualTo(new byte[] {1, 2});
  }

  @Test
  void registryInTroubleIsAskedAgainAndNothingIsLost() {
    tables.postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, n bigint)");
    append(TestingRegistry.encoded(registry.register(ORDER), ORDER, order("a", 1L)));
    append(TestingRegistry.encoded(1, ORDER, order("b", 2L)));
    registry.fail(3);
    TestingWorker worker = tables.worker(orders);

    assertThat(worker.step()).isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      assertThat(worker.step()).isEqualTo(-1);
    }
    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("a,1 b,2");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void passwordAndReferencesAreUsed() {
    tables.postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, n bigint)");
    tables.config.put("table.orders.columns", "id,n=line.n");
    tables.config.put("avro.registry.user", "me");
    tables.config.put("avro.registry.password", "secret");
    String line =
        "{\"type\":\"record\",\"name\":\"Line\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"}]}";
    String outer =
        "{\"type\":\"record\",\"name\":\"Outer\",\"fields\":["
            + "{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"line\",\"type\":\"Line\"}]}";
    registry.subject("lines", 4, line);
    int id =
        registry.register(
            outer, ",\"references\":[{\"name\":\"Line\",\"subject\":\"lines\",\"version\":4}]");
    Schema.Parser parser = new Schema.Parser();
    Schema lineSchema = parser.parse(line);
    Schema schema = parser.parse(outer);
    GenericRecord inner = new GenericRecordBuilder(lineSchema).set("n", 5L).build();
    append(
        TestingRegistry.encoded(
            id,
            schema,
            new GenericRecordBuilder(schema).set("id", "a").set("line", inner).build()));

    tables.worker(orders).drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("a,5");
    assertThat(registry.authorizations).containsOnly("Basic bWU6c2VjcmV0");
  }

  @Test
  void recordThatHoldsItselfIsRejected() {
    tables.postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, n bigint)");
    Schema tree =
        parse(
            "{\"type\":\"record\",\"name\":\"Tree\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Tree\"]}]}");
    append(
        TestingRegistry.encoded(
            registry.register(tree),
            tree,
            new GenericRecordBuilder(tree).set("next", null).build()));
    TestingWorker worker = tables.worker(orders);

    worker.drain();

    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessageContaining("record Tree holds itself");
  }
}
