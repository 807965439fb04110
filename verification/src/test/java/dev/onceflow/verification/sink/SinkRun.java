package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.connect.ConnectWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * One topic, one database, one connector: orders that are inserted, summed up and kept by account.
 * Sums and counts have no key that would hide an effect that happened twice.
 */
final class SinkRun {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration FAILED_FOR_GOOD = Duration.ofSeconds(10);
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
  private final Map<UUID, Order> expected = new ConcurrentHashMap<>();
  private final Map<String, Long> deletedAt = new ConcurrentHashMap<>();
  private long versions;

  /** What a record says; the version counts up over all accounts. */
  private record Order(UUID id, String account, long version) {}

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
    config.put("table.orders.tombstones", "ignore");
    config.put("table.totals.topic", name);
    config.put("table.totals.effect", "accumulate");
    config.put("table.totals.event.id", "field:id");
    config.put("table.totals.tombstones", "ignore");
    config.put("table.totals.key", "account");
    config.put("table.totals.sum", "amount");
    config.put("table.totals.count", "orders");
    config.put("table.latest.topic", name);
    config.put("table.latest.effect", "upsert");
    config.put("table.latest.columns", "account=record:key,id,version");
    config.put("table.latest.delete", "true");
    config.put("table.latest.key", "account");
    config.put("table.latest.version", "version");
    config.putAll(changes);
    return config;
  }

  /** Settings with which Connect keeps refused records in a topic of their own. */
  Map<String, String> deadLetterQueue() {
    return Map.of(
        "errors.tolerance",
        "all",
        "errors.deadletterqueue.topic.name",
        name + "-dlq",
        "errors.deadletterqueue.topic.replication.factor",
        "1",
        "errors.deadletterqueue.context.headers.enable",
        "true");
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
      expect(send(producer, orders(count)));
    }
  }

  /** Sends one order of an account; as {@link #produce}. */
  void produceOrder(String account, long version) throws Exception {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      expect(send(producer, List.of(new Order(id(version), account, version))));
    }
  }

  /** Sends a tombstone for an account whose latest order had this version. */
  void produceDelete(String account, long version) throws Exception {
    deletedAt.put(account, version);
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>(name, account, null)).get();
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
        expect(send(producer, orders(countOfEach)));
        producer.commitTransaction();
        producer.beginTransaction();
        send(producer, orders(countOfEach));
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

  private List<Order> orders(int count) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      versions++;
      orders.add(new Order(id(versions), "A" + versions % ACCOUNTS, versions));
    }
    return orders;
  }

  private static UUID id(long version) {
    return new UUID((version << 16) | 0x7000, UUID.randomUUID().getLeastSignificantBits());
  }

  private List<Order> send(KafkaProducer<String, String> producer, List<Order> orders)
      throws Exception {
    List<Future<RecordMetadata>> unacknowledged = new ArrayList<>();
    for (Order order : orders) {
      String value =
          "{\"schema\":%s,\"payload\":{\"id\":\"%s\",\"account\":\"%s\",\"amount\":%d,\"version\":%d}}"
              .formatted(SCHEMA, order.id, order.account, AMOUNT, order.version);
      ProducerRecord<String, String> record = new ProducerRecord<>(name, order.account, value);
      record.headers().add("ce_id", order.id.toString().getBytes(StandardCharsets.UTF_8));
      unacknowledged.add(producer.send(record));
    }
    for (Future<RecordMetadata> record : unacknowledged) {
      record.get();
    }
    return orders;
  }

  private void expect(List<Order> orders) {
    orders.forEach(order -> expected.put(order.id, order));
  }

  /** Orders that were sent before an offset of the only partition need not take effect. */
  void expectOnlyFrom(long offset) {
    expected.values().removeIf(order -> order.version <= offset);
  }

  /** Orders that neither the table nor the log holds can't take effect any more: compaction. */
  void expectOnlyWhatIsLeft() {
    Set<UUID> left = inTable();
    left.addAll(inTheLog());
    expected.keySet().retainAll(left);
  }

  /** How many records the first partition still holds. */
  int recordsInTheLog() {
    return inTheLog().size();
  }

  private Set<UUID> inTheLog() {
    Set<UUID> found = new HashSet<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.kafka().bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(name, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          byte[] id = record.headers().lastHeader("ce_id").value();
          found.add(UUID.fromString(new String(id, StandardCharsets.UTF_8)));
        }
      }
    }
    return found;
  }

  /** What the connector's consumer group has committed, over all partitions. */
  long committedToTheGroup() throws Exception {
    return cluster
        .admin()
        .listConsumerGroupOffsets(group())
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  /** Sets the offset of the stopped connector's consumer group, in the first partition. */
  void moveGroupTo(long offset) throws Exception {
    cluster
        .admin()
        .alterConsumerGroupOffsets(
            group(), Map.of(new TopicPartition(name, 0), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  int expected() {
    return expected.size();
  }

  int applied() {
    return Integer.parseInt(cluster.query(database(), "SELECT count(*) FROM orders"));
  }

  /** Waits until the partitions were claimed so often, over all. */
  void awaitFence(int epochs) {
    Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> epochs() >= epochs);
  }

  /** How often the partitions were claimed. */
  long epochs() {
    return Long.parseLong(
        cluster.query(database(), "SELECT coalesce(sum(epoch), 0) FROM onceflow.fence"));
  }

  /**
   * Waits until so many orders are in the table; fails early where a task has failed and stays so,
   * for what a worker says of a task may be of the one before.
   */
  void awaitApplied(int count) {
    Instant[] failedAt = new Instant[1];
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (applied() >= count) {
                return true;
              }
              Optional<String> failure = failure();
              if (failure.isEmpty()) {
                failedAt[0] = null;
              } else if (failedAt[0] == null) {
                failedAt[0] = Instant.now();
              } else if (failedAt[0].plus(FAILED_FOR_GOOD).isBefore(Instant.now())) {
                fail("%s has failed: %s", name, failure.get());
              }
              return false;
            });
  }

  /** The stack trace of a failed task; nothing where the worker is dead or stands still. */
  private Optional<String> failure() {
    try {
      return worker.process().alive() ? worker.status(name).failure() : Optional.empty();
    } catch (UserException e) {
      return Optional.empty();
    }
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

  /** Waits until everything is in the tables and something twice: for weakened sinks. */
  void awaitMoreThanOnce() {
    awaitApplied(expected.size());
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> Long.parseLong(totals().split(",", -1)[0]) > expected.size());
  }

  void assertExactlyOnce() {
    assertThat(inTable()).as("orders in the table").isEqualTo(expected.keySet());
    assertThat(totals()).as("orders counted and summed").isEqualTo(expectedTotals());
    assertThat(cluster.query(database(), "SELECT account, version FROM latest ORDER BY 1"))
        .as("latest version by account")
        .isEqualTo(expectedLatest());
  }

  private Set<UUID> inTable() {
    Set<UUID> found = new HashSet<>();
    for (String id : cluster.query(database(), "SELECT id FROM orders").split(" ", -1)) {
      if (!id.isEmpty()) {
        found.add(UUID.fromString(id));
      }
    }
    return found;
  }

  String totals() {
    return cluster.query(
        database(), "SELECT coalesce(sum(orders), 0), coalesce(sum(amount), 0) FROM totals");
  }

  private String expectedTotals() {
    return expected.size() + "," + expected.size() * AMOUNT;
  }

  private String expectedLatest() {
    Map<String, Long> latest = new TreeMap<>();
    expected.values().forEach(order -> latest.merge(order.account, order.version, Math::max));
    deletedAt.forEach(
        (account, version) -> latest.computeIfPresent(account, (a, v) -> v > version ? v : null));
    return latest.entrySet().stream()
        .map(row -> row.getKey() + "," + row.getValue())
        .collect(Collectors.joining(" "));
  }
}
