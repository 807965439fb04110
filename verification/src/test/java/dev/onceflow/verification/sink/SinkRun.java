package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.connect.ConnectWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * One topic, one database, one connector: orders that are inserted, summed up and kept by account.
 * Sums and counts have no key that would hide an effect that happened twice.
 */
final class SinkRun {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int ACCOUNTS = 7;
  private static final long AMOUNT = 100;
  private static final String SCHEMA =
      """
      {"type":"struct","name":"Order","fields":[
      {"field":"id","type":"string"},{"field":"account","type":"string"},
      {"field":"amount","type":"int64"},{"field":"version","type":"int64"}]}"""
          .replace("\n", "");

  static final String TABLES =
      """
      CREATE TABLE orders (id uuid PRIMARY KEY, account text, amount bigint);
      CREATE TABLE totals (account text PRIMARY KEY, orders bigint, amount bigint);
      CREATE TABLE latest (account text PRIMARY KEY, id uuid, version bigint);""";

  private final SinkCluster cluster;
  private final ConnectWorker worker;
  private final String name = "orders-" + RUNS.incrementAndGet();
  private final Set<UUID> expected = ConcurrentHashMap.newKeySet();
  private long versions;

  /** An empty topic of some partitions, and empty tables. */
  SinkRun(SinkCluster cluster, ConnectWorker worker, int partitions) throws Exception {
    this(cluster, worker, partitions, Map.of());
  }

  SinkRun(
      SinkCluster cluster, ConnectWorker worker, int partitions, Map<String, String> topicConfig)
      throws Exception {
    this.cluster = cluster;
    this.worker = worker;
    createTopic(partitions, topicConfig);
    cluster.execute("postgres", "CREATE DATABASE " + database());
    cluster.execute(database(), TABLES);
  }

  void createTopic(int partitions, Map<String, String> config) throws Exception {
    cluster
        .admin()
        .createTopics(
            List.of(new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(config)))
        .all()
        .get();
  }

  /** The topic's and the connector's name. */
  String name() {
    return name;
  }

  /** The connector's consumer group. */
  String group() {
    return "connect-" + name;
  }

  String database() {
    return name.replace('-', '_');
  }

  /** The connector's configuration, with other values where {@code changes} says so. */
  Map<String, String> config(Map<String, String> changes) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "dev.onceflow.sink.OnceflowSinkConnector");
    config.put("tasks.max", "1");
    config.put("topics", name);
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.metadata.max.age.ms", "2000");
    config.put("kafka.bootstrap.servers", cluster.kafka().bootstrapServers());
    // Server-side statements later: each COMMIT goes over the line in a form of its own.
    config.put("connection.url", cluster.urlThroughProxy(database()) + "&socketTimeout=5");
    config.put("retry.backoff.max.ms", "1000");
    config.put("takeover.timeout.ms", "1500");
    config.put("batch.rows.max", "500");
    config.put("tables", "orders,totals,latest");
    config.put("table.orders.topic", name);
    config.put("table.orders.effect", "insert");
    config.put("table.orders.event.id", "field:id");
    config.put("table.totals.topic", name);
    config.put("table.totals.effect", "accumulate");
    config.put("table.totals.event.id", "field:id");
    config.put("table.totals.key", "account");
    config.put("table.totals.sum", "amount");
    config.put("table.totals.count", "orders");
    config.put("table.latest.topic", name);
    config.put("table.latest.effect", "upsert");
    config.put("table.latest.columns", "account,id,version");
    config.put("table.latest.key", "account");
    config.put("table.latest.version", "version");
    config.putAll(changes);
    return config;
  }

  void start(Map<String, String> changes) {
    worker.putConnector(name, config(changes));
    worker.awaitRunning(name, LIMIT);
  }

  void start() {
    start(Map.of());
  }

  /** Sends orders that must take effect, outside any Kafka transaction. */
  void produce(int count) throws Exception {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      send(producer, count, expected);
      producer.flush();
    }
  }

  /**
   * Sends orders in Kafka transactions: each one that must take effect is followed by one that is
   * aborted.
   */
  void produceInTransactions(int transactions, int countOfEach) throws Exception {
    try (KafkaProducer<String, String> producer =
        producer(Map.of("transactional.id", "producer-" + name))) {
      producer.initTransactions();
      for (int i = 0; i < transactions; i++) {
        producer.beginTransaction();
        send(producer, countOfEach, expected);
        producer.commitTransaction();
        producer.beginTransaction();
        send(producer, countOfEach, new HashSet<>());
        producer.abortTransaction();
      }
    }
  }

  private KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", cluster.kafka().bootstrapServers());
    config.put("linger.ms", 5);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private void send(KafkaProducer<String, String> producer, int count, Set<UUID> sent)
      throws Exception {
    List<Future<RecordMetadata>> unacknowledged = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      versions++;
      UUID id = new UUID((versions << 16) | 0x7000, UUID.randomUUID().getLeastSignificantBits());
      String account = "A" + versions % ACCOUNTS;
      String value =
          "{\"schema\":%s,\"payload\":{\"id\":\"%s\",\"account\":\"%s\",\"amount\":%d,\"version\":%d}}"
              .formatted(SCHEMA, id, account, AMOUNT, versions);
      ProducerRecord<String, String> record = new ProducerRecord<>(name, account, value);
      record.headers().add("ce_id", id.toString().getBytes(StandardCharsets.UTF_8));
      unacknowledged.add(producer.send(record));
      sent.add(id);
    }
    for (Future<RecordMetadata> record : unacknowledged) {
      record.get();
    }
  }

  int expected() {
    return expected.size();
  }

  int applied() {
    return Integer.parseInt(cluster.query(database(), "SELECT count(*) FROM orders"));
  }

  /** Waits until so many orders are in the table. */
  void awaitApplied(int count) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> applied() >= count);
  }

  /** Waits until all is applied, and then a little for what would come twice; checks it. */
  void awaitExactlyOnce() {
    awaitApplied(expected.size());
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> applied() == expected.size());
    assertExactlyOnce();
  }

  void assertExactlyOnce() {
    Set<UUID> found = new HashSet<>();
    for (String id : cluster.query(database(), "SELECT id FROM orders").split(" ", -1)) {
      if (!id.isEmpty()) {
        found.add(UUID.fromString(id));
      }
    }
    assertThat(found).as("orders in the table").isEqualTo(expected);
    assertThat(totals()).as("orders counted and summed").isEqualTo(expectedTotals());
  }

  String totals() {
    return cluster.query(
        database(), "SELECT coalesce(sum(orders), 0), coalesce(sum(amount), 0) FROM totals");
  }

  String expectedTotals() {
    return expected.size() + "," + expected.size() * AMOUNT;
  }
}
