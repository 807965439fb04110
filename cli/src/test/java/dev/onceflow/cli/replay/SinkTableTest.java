package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SinkTableTest {
  private static Fields record(String key, String value, String region) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("orders", 3, 17, key.getBytes(StandardCharsets.UTF_8), bytes(value));
    record.headers().add("region", region.getBytes(StandardCharsets.UTF_8));
    return new Fields(record, new Values(Optional.empty())::decode);
  }

  private static byte[] bytes(String value) {
    return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void guardsAreThoseOfTheEffects() {
    assertThat(TestingSink.table("orders").guard()).isEqualTo(SinkTable.Guard.EVENT_KEY);
    assertThat(TestingSink.table("orders").eventColumn()).contains("id");
    assertThat(TestingSink.table("totals").guard()).isEqualTo(SinkTable.Guard.MEMORY);
    assertThat(TestingSink.table("totals").eventId()).isEqualTo(new Source("header", "ce_id"));
    SinkTable customers = TestingSink.table("customers");
    assertThat(customers.guard()).isEqualTo(SinkTable.Guard.VERSION);
    assertThat(customers.key()).isEqualTo(Map.of("customer", new Source("record", "key")));
    assertThat(customers.version()).isEqualTo(new Source("field", "rev"));
  }

  @Test
  void rowIsKnownByWhatItsDeletesHaveToo() {
    Map<String, Source> byKey = Map.of("customer", Source.KEY);
    Map<String, String> byField =
        Map.of("table.customers.columns", "", "table.customers.key", "customer");

    assertThat(customers(Map.of()).identity()).isEqualTo(byKey);
    assertThat(customers(byField).identity())
        .isEqualTo(Map.of("customer", new Source("field", "customer")));
    assertThat(customers(with(byField, "delete", "true")).identity()).isEqualTo(byKey);
    assertThat(
            customers(with(with(byField, "delete", "true"), "key", "customer,shop=header:shop"))
                .identity())
        .isEqualTo(Map.of("shop", new Source("header", "shop")));
  }

  private static SinkTable customers(Map<String, String> changes) {
    return TestingSink.sink(changes).tables().get(2);
  }

  private static Map<String, String> with(Map<String, String> changes, String key, String value) {
    Map<String, String> more = new HashMap<>(changes);
    more.put("table.customers." + key, value);
    return more;
  }

  @Test
  void keyOfADeletedRowIsReadAsTheSinkDoes() {
    Fields deleted = record("17", null, "EU");

    assertThat(key("customer", deleted)).contains(List.of("17"));
    assertThat(key("customer=record:key", deleted)).contains(List.of("17"));
    assertThat(key("region=header:region,customer=record:key", deleted))
        .contains(List.of("EU", "17"));
    assertThat(key("shop,customer", deleted)).isEmpty();
  }

  private static Optional<List<String>> key(String key, Fields deleted) {
    return new SinkTable("c", Map.of("table.c.key", key, "table.c.delete", "true"))
        .deletedKey(deleted);
  }

  /** The sink compares them as texts. */
  @Test
  void positionsAreThoseThatTheLiveSinkWrites() {
    TopicPartition partition = new TopicPartition("orders", 3);
    Fields record = record("17", "{}", "EU");
    UUID id = new UUID(1, 2);

    assertThat(new LivePositions(Map.of(partition, id), true).of(record))
        .isEqualTo(new LivePositions(Map.of(partition, id), false).of(record))
        .isEqualTo("orders-3@" + id);
    assertThat(new LivePositions(Map.of(), false).of(record)).isEqualTo("orders-3");
    // It will have an ID that nobody here knows.
    assertThat(new LivePositions(Map.of(), true).of(record)).isEqualTo("orders-3@");
  }

  @Test
  void conditionsLookAtFieldsAndHeaders() {
    SinkTable totals = TestingSink.table("totals");

    assertThat(totals.takes(record("k", "{\"kind\":\"SALE\"}", "EU"))).isTrue();
    assertThat(totals.takes(record("k", "{\"kind\":\"SALE\"}", "US"))).isFalse();
    assertThat(totals.takes(record("k", "{\"kind\":\"VOID\"}", "EU"))).isFalse();
    assertThat(totals.takes(record("k", "{\"kind\":null}", "EU"))).isFalse();
  }

  @Test
  void fieldsAreFoundInsideStructsAndBehindConnectsSchema() {
    Fields bare = record("k", "{\"a\":{\"b\":7},\"c\":\"x\"}", "");
    Fields enveloped = record("k", "{\"schema\":{},\"payload\":{\"a\":{\"b\":7}}}", "");

    assertThat(Source.parse("field:a.b").in(bare)).contains("7");
    assertThat(Source.parse("c").in(bare)).contains("x");
    assertThat(Source.parse("a.none").in(bare)).isEmpty();
    assertThat(Source.parse("a.b").in(enveloped)).contains("7");
    assertThat(Source.parse("record:key").in(bare)).contains("k");
    assertThat(Source.parse("record:offset").in(bare)).contains("17");
  }

  @Test
  void samplesLieWithinTheirRangeAndDontOverlap() {
    var pieces = Samples.of(List.of(TestingSink.range("orders", 0, 5, 8)), 100);

    assertThat(pieces.stream().mapToLong(piece -> piece.get(0).size()).sum()).isEqualTo(3);
    assertThat(pieces.get(0).get(0).start()).isEqualTo(5);
    assertThat(pieces.get(pieces.size() - 1).get(0).end()).isEqualTo(8);
  }
}
