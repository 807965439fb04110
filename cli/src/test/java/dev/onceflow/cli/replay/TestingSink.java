package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/** A connector over three tables of two topics. */
final class TestingSink {
  static final UUID TOPIC_ID = new UUID(1, 2);

  private TestingSink() {}

  static Map<String, String> config() {
    Map<String, String> config = new HashMap<>();
    config.put("name", "shop");
    config.put("connector.class", "dev.onceflow.sink.OnceflowSinkConnector");
    config.put("topics", "orders,customers");
    config.put("fence.initial", "earliest");
    config.put("consumer.override.group.id", "shop-group");
    config.put("connection.password", "${file:/run/secrets/shop:password}");
    config.put("dedupe.horizon.ms", "604800000");
    config.put("tombstones.retention.ms", "-1");
    config.put("tables", "orders,totals,customers");
    config.put("table.orders.topic", "orders");
    config.put("table.orders.effect", "insert");
    config.put("table.orders.event.id", "field:id");
    config.put("table.totals.topic", "orders");
    config.put("table.totals.effect", "accumulate");
    config.put("table.totals.when", "kind=SALE && header:region~E.*");
    config.put("table.totals.key", "shop");
    config.put("table.totals.sum", "amount");
    config.put("table.customers.topic", "customers");
    config.put("table.customers.effect", "upsert");
    config.put("table.customers.columns", "customer=record:key,name,version=rev");
    config.put("table.customers.key", "customer");
    config.put("table.customers.version", "version");
    return config;
  }

  static LiveSink sink(Map<String, String> changes) {
    Map<String, String> config = config();
    config.putAll(changes);
    return new LiveSink("shop", config);
  }

  static SinkTable table(String name) {
    return sink(Map.of()).tables().stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static Range range(String topic, int partition, long start, long end) {
    return new Range(new TopicPartition(topic, partition), TOPIC_ID, 0, start, end);
  }

  static Counting.Result counted(String topic, long oldestMs, Map<String, Counts> counts) {
    return new Counting.Result(
        10,
        100,
        Map.of(new TopicPartition(topic, 0), oldestMs),
        counts,
        Map.of(),
        Counting.Filtered.NOTHING,
        1);
  }

  static Replay replay(List<Range> ranges, Optional<JsonNode> result) {
    return replay(ranges, result, JsonNodeFactory.instance.objectNode());
  }

  static Replay replay(List<Range> ranges, Optional<JsonNode> result, JsonNode request) {
    return replay(ranges, Optional.empty(), result, request);
  }

  static Replay reprocess(List<Range> ranges, JsonNode plan) {
    return replay(
        ranges, Optional.of(plan), Optional.empty(), JsonNodeFactory.instance.objectNode());
  }

  private static Replay replay(
      List<Range> ranges, Optional<JsonNode> plan, Optional<JsonNode> result, JsonNode request) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    ranges.forEach(range -> array.add(range.json()));
    return new Replay(
        7,
        "7-a1b2c3d4",
        "reapply",
        "shop",
        "shop",
        result.isPresent() ? ReplayState.DONE : ReplayState.RUNNING,
        Optional.empty(),
        "test",
        "somebody",
        Instant.EPOCH,
        Optional.empty(),
        request,
        array,
        plan,
        result);
  }

  static List<Range> orders() {
    return List.of(range("orders", 0, 10, 20));
  }
}
