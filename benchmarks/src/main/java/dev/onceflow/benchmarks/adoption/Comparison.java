package dev.onceflow.benchmarks.adoption;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The shop's topic, read to its end, against the table: what differs, by name. */
final class Comparison {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(500);

  private record Sold(String where, String account, long amount) {}

  private final Map<String, Sold> topic = new HashMap<>();
  private final List<String> differences = new ArrayList<>();
  private int records;
  private int rows;

  private Comparison() {}

  static Comparison of(String bootstrapServers, String jdbcUrl) throws SQLException {
    Comparison comparison = new Comparison();
    comparison.readTopic(bootstrapServers);
    comparison.readTable(jdbcUrl);
    return comparison;
  }

  private void readTopic(String bootstrapServers) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (PartitionInfo info : consumer.partitionsFor(Shop.TOPIC)) {
        partitions.add(new TopicPartition(info.topic(), info.partition()));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(POLL).forEach(this::note);
      }
    }
  }

  private void note(ConsumerRecord<String, String> record) {
    try {
      JsonNode order = JSON.readTree(record.value()).path("payload");
      records++;
      topic.put(
          order.path("id").asText(),
          new Sold(
              record.topic() + "-" + record.partition() + "@" + record.offset(),
              order.path("account").asText(),
              order.path("amount_minor").asLong()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("record at offset " + record.offset() + " is no JSON", e);
    }
  }

  private void readTable(String jdbcUrl) throws SQLException {
    Map<String, Sold> missing = new HashMap<>(topic);
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, account, amount_minor FROM orders")) {
      while (row.next()) {
        rows++;
        compare(row.getString(1), row.getString(2), row.getLong(3), missing);
      }
    }
    missing.forEach(
        (id, order) -> differences.add("order %s (%s): no row".formatted(id, order.where)));
  }

  private void compare(String id, String account, long amount, Map<String, Sold> missing) {
    Sold order = missing.remove(id);
    if (order == null) {
      differences.add("order %s: a row that no record made".formatted(id));
    } else if (order.amount != amount || !order.account.equals(account)) {
      differences.add(
          "order %s (%s): amount_minor is %d in the table, %d in the topic"
              .formatted(id, order.where, amount, order.amount));
    }
  }

  List<String> differences() {
    return List.copyOf(differences);
  }

  @Override
  public String toString() {
    return "%,d records, %,d rows: %s"
        .formatted(
            records,
            rows,
            differences.isEmpty() ? "AGREE" : "DIFFER\n    " + String.join("\n    ", differences));
  }
}
