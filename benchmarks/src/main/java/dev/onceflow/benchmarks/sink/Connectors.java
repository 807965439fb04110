package dev.onceflow.benchmarks.sink;

import java.util.HashMap;
import java.util.Map;

/** The two sinks' configurations, each with what serves it best; what concerns Connect is alike. */
final class Connectors {
  private Connectors() {}

  private static Map<String, String> common(String topic) {
    Map<String, String> config = new HashMap<>();
    config.put("tasks.max", "1");
    config.put("topics", topic);
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put("consumer.override.max.poll.records", "5000");
    config.put("consumer.override.fetch.max.bytes", "67108864");
    config.put("consumer.override.max.partition.fetch.bytes", "16777216");
    return config;
  }

  static Map<String, String> onceflow(
      Case which, String topic, String table, String jdbcUrl, String bootstrapServers) {
    Map<String, String> config = common(topic);
    config.put("connector.class", "dev.onceflow.sink.OnceflowSinkConnector");
    config.put("connection.url", jdbcUrl);
    config.put("kafka.bootstrap.servers", bootstrapServers);
    config.put("fence.initial", "earliest");
    config.put("tables", table);
    String prefix = "table." + table + ".";
    config.put(prefix + "topic", topic);
    if (which.isUpsert()) {
      config.put(prefix + "effect", "upsert");
      config.put(prefix + "key", "id");
      config.put(prefix + "version", "version");
    } else {
      config.put(prefix + "effect", "insert");
      config.put(prefix + "event.id", "field:id");
    }
    return config;
  }

  /** As its documentation advises for throughput: batches, unnest, reduction. */
  static Map<String, String> debezium(
      Case which, String topic, String table, String jdbcUrl, String user) {
    Map<String, String> config = common(topic);
    config.put("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector");
    config.put("connection.url", jdbcUrl);
    config.put("connection.username", user);
    config.put("connection.password", "none-is-asked");
    config.put("insert.mode", which.isUpsert() ? "upsert" : "insert");
    config.put("primary.key.mode", "record_value");
    config.put("primary.key.fields", "id");
    config.put("schema.evolution", "none");
    config.put("collection.name.format", table);
    config.put("batch.size", "5000");
    config.put("dialect.postgres.unnest.insert.enabled", "true");
    config.put("use.reduction.buffer", which.isUpsert() ? "true" : "false");
    return config;
  }
}
