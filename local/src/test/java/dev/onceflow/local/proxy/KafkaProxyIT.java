package dev.onceflow.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A broker that advertises the proxy's port, so that its clients come through it. */
class KafkaProxyIT {
  private static final String GROUP = "group";
  private static final int REQUEST_TIMEOUT_MS = 600;

  /** The client has given up on it and asked again by then. */
  private static final int LATE_MS = 2 * REQUEST_TIMEOUT_MS;

  private static final Duration WAIT = Duration.ofSeconds(15);

  @TempDir private static Path folder;
  private static KafkaProxy proxy;
  private static KafkaServer kafka;
  private static int topics;

  private String topic;

  @BeforeAll
  static void start() {
    int port = FreePort.orGiven(FreePort.ANY);
    proxy = KafkaProxy.start(FreePort.ANY, port);
    kafka =
        KafkaServer.start(
            folder, port, Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + proxy.port()));
  }

  @AfterAll
  static void stop() {
    kafka.close();
    proxy.close();
  }

  @BeforeEach
  void givenAnEmptyTopic() throws Exception {
    topics++;
    topic = "topic-" + topics;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  @AfterEach
  void restore() {
    proxy.restore();
  }

  /** Each test's own, so that orders of two tests aren't equal. */
  private String client() {
    return "client-of-" + topic;
  }

  private static String bootstrap() {
    return "127.0.0.1:" + proxy.port();
  }

  private KafkaProducer<String, String> producer(Map<String, Object> settings) {
    Map<String, Object> config = new TreeMap<>(settings);
    config.put("bootstrap.servers", bootstrap());
    config.put("client.id", client());
    config.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
    config.put("retry.backoff.ms", 20);
    config.put("reconnect.backoff.ms", 20);
    config.put("reconnect.backoff.max.ms", 100);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private KafkaProducer<String, String> transactional() {
    KafkaProducer<String, String> producer = producer(Map.of("transactional.id", topic));
    producer.initTransactions();
    return producer;
  }

  private void transaction(KafkaProducer<String, String> producer, String value) {
    producer.beginTransaction();
    Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, value));
    producer.commitTransaction();
    assertThat(sent).isDone();
  }

  private RequestFault order(ApiKeys api, Strike strike) {
    RequestFault fault = new RequestFault(api, strike, 1, client());
    proxy.order(fault);
    return fault;
  }

  private static int fired(RequestFault fault) {
    Awaitility.await().atMost(WAIT).until(() -> proxy.fired(fault) > 0);
    return proxy.fired(fault);
  }

  /** Waits until a request that was held has come to the broker, and been answered. */
  private static void awaitLateRequest(RequestFault fault) {
    if (fault.strike().kind() != Strike.Kind.REQUEST_HELD) {
      return;
    }
    Instant arrived = proxy.hits(fault).get(0).at().plusMillis(fault.strike().ms() + 300);
    Awaitility.await().atMost(WAIT).until(() -> Instant.now().isAfter(arrived));
  }

  private static KafkaConsumer<String, String> consumer(Map<String, Object> settings) {
    Map<String, Object> config = new TreeMap<>(settings);
    config.put("bootstrap.servers", bootstrap());
    // A consumer that is closed waits for its last fetch.
    config.put("fetch.max.wait.ms", 10);
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  /** Everything up to the last stable offset, or up to the end. */
  private List<String> read(String isolation) {
    try (KafkaConsumer<String, String> consumer = consumer(Map.of("isolation.level", isolation))) {
      List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      long end = consumer.endOffsets(partition).get(partition.get(0));
      List<String> values = new ArrayList<>();
      while (consumer.position(partition.get(0)) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }

  private List<String> committed() {
    return read("read_committed");
  }

  private List<String> uncommitted() {
    return read("read_uncommitted");
  }

  static Stream<Strike> strikesThatClientsSurvive() {
    return Stream.of(
        Strike.REQUEST_LOST,
        Strike.REQUEST_STUCK,
        Strike.REQUEST_TWICE,
        Strike.requestHeld(LATE_MS),
        Strike.ANSWER_LOST,
        Strike.answerDelayed(200));
  }

  static Stream<Strike> strikesAtCommits() {
    return Stream.concat(
        strikesThatClientsSurvive(),
        Stream.of(
                Errors.CONCURRENT_TRANSACTIONS,
                Errors.COORDINATOR_NOT_AVAILABLE,
                Errors.NOT_COORDINATOR)
            .map(Strike::errorAnswer));
  }

  @ParameterizedTest
  @MethodSource("strikesAtCommits")
  void struckCommitTakesPlaceOnce(Strike strike) {
    try (KafkaProducer<String, String> producer = transactional()) {
      RequestFault fault = order(ApiKeys.END_TXN, strike);

      transaction(producer, "struck");
      transaction(producer, "next");

      assertThat(fired(fault)).isOne();
      awaitLateRequest(fault);
    }
    assertThat(committed()).containsExactly("struck", "next");
    assertThat(uncommitted()).containsExactly("struck", "next");
  }

  static Stream<Strike> strikesAtProduce() {
    return Stream.concat(
        strikesThatClientsSurvive(), Stream.of(Strike.errorAnswer(Errors.NOT_LEADER_OR_FOLLOWER)));
  }

  @ParameterizedTest
  @MethodSource("strikesAtProduce")
  void struckRecordIsWrittenOnce(Strike strike) {
    try (KafkaProducer<String, String> producer = transactional()) {
      RequestFault fault = order(ApiKeys.PRODUCE, strike);

      transaction(producer, "struck");
      transaction(producer, "next");

      assertThat(fired(fault)).isOne();
      awaitLateRequest(fault);
    }
    assertThat(committed()).containsExactly("struck", "next");
    assertThat(uncommitted()).containsExactly("struck", "next");
  }

  static Stream<Strike> strikesThatDouble() {
    return Stream.of(Strike.REQUEST_TWICE, Strike.requestHeld(LATE_MS), Strike.ANSWER_LOST);
  }

  @ParameterizedTest
  @MethodSource("strikesThatDouble")
  void controlStruckRecordIsWrittenTwiceWithoutIdempotence(Strike strike) throws Exception {
    try (KafkaProducer<String, String> producer = producer(Map.of("enable.idempotence", false))) {
      RequestFault fault = order(ApiKeys.PRODUCE, strike);

      producer.send(new ProducerRecord<>(topic, "struck")).get();

      assertThat(fired(fault)).isOne();
      awaitLateRequest(fault);
    }
    assertThat(uncommitted()).containsOnly("struck").hasSizeGreaterThan(1);
  }

  /** What makes a zombie's last word harmless: each transaction has an epoch of its own. */
  @Test
  void commitThatArrivesLateDoesNotCommitTheNextTransaction() throws Exception {
    try (KafkaProducer<String, String> producer = transactional()) {
      RequestFault fault = order(ApiKeys.END_TXN, Strike.requestHeld(LATE_MS));
      transaction(producer, "struck");
      // The client's second request has committed it; the first one is still on its way.
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "next")).get();

      awaitLateRequest(fault);
      assertThat(committed()).containsExactly("struck");
      producer.abortTransaction();

      assertThat(proxy.fired(fault)).isOne();
    }
    assertThat(committed()).containsExactly("struck");
    assertThat(uncommitted()).containsExactly("struck", "next");
  }

  @Test
  void fencedCommitLeavesNothingCommitted() {
    try (KafkaProducer<String, String> producer = transactional()) {
      RequestFault fault = order(ApiKeys.END_TXN, Strike.errorAnswer(Errors.PRODUCER_FENCED));

      assertThatThrownBy(() -> transaction(producer, "struck"))
          .isInstanceOf(ProducerFencedException.class);

      assertThat(proxy.fired(fault)).isOne();
    }
    // Its transaction is open still: the next incarnation ends it.
    assertThat(committed()).isEmpty();
    transactional().close();
    assertThat(committed()).isEmpty();
    assertThat(uncommitted()).containsExactly("struck");
  }

  @Test
  void fencedRecordIsNotWritten() {
    try (KafkaProducer<String, String> producer = transactional()) {
      order(ApiKeys.PRODUCE, Strike.errorAnswer(Errors.PRODUCER_FENCED));
      producer.beginTransaction();

      assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, "struck")).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ProducerFencedException.class);
    }
    assertThat(uncommitted()).isEmpty();
  }

  @Test
  void startOfAProducerIsTriedAgain() {
    List<RequestFault> faults =
        List.of(
            order(ApiKeys.FIND_COORDINATOR, Strike.errorAnswer(Errors.COORDINATOR_NOT_AVAILABLE)),
            order(ApiKeys.INIT_PRODUCER_ID, Strike.errorAnswer(Errors.CONCURRENT_TRANSACTIONS)),
            order(ApiKeys.INIT_PRODUCER_ID, Strike.ANSWER_LOST));

    try (KafkaProducer<String, String> producer = transactional()) {
      transaction(producer, "struck");
    }

    assertThat(faults).allSatisfy(fault -> assertThat(fired(fault)).isOne());
    assertThat(committed()).containsExactly("struck");
  }

  @Test
  void struckOffsetsAreCommittedWithTheTransaction() throws Exception {
    TopicPartition input = new TopicPartition(topic, 0);
    List<RequestFault> faults;
    try (KafkaProducer<String, String> producer = transactional();
        KafkaConsumer<String, String> member = consumer(Map.of("group.id", GROUP))) {
      faults =
          List.of(
              order(ApiKeys.TXN_OFFSET_COMMIT, Strike.errorAnswer(Errors.NOT_COORDINATOR)),
              order(ApiKeys.TXN_OFFSET_COMMIT, Strike.REQUEST_LOST),
              order(ApiKeys.TXN_OFFSET_COMMIT, Strike.ANSWER_LOST));
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(input, new OffsetAndMetadata(7)), member.groupMetadata());
      producer.commitTransaction();
    }

    assertThat(faults).allSatisfy(fault -> assertThat(fired(fault)).isOne());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      assertThat(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get())
          .containsEntry(input, new OffsetAndMetadata(7));
    }
  }

  static Stream<ApiKeys> joins() {
    return Stream.of(ApiKeys.JOIN_GROUP, ApiKeys.CONSUMER_GROUP_HEARTBEAT);
  }

  @ParameterizedTest
  @MethodSource("joins")
  void memberThatIsRefusedJoinsAgain(ApiKeys api) {
    try (KafkaProducer<String, String> producer = transactional()) {
      transaction(producer, "read");
    }
    RequestFault fault = order(api, Strike.errorAnswer(Errors.COORDINATOR_NOT_AVAILABLE));

    try (KafkaConsumer<String, String> consumer =
        consumer(
            Map.of(
                "client.id",
                client(),
                "group.id",
                topic,
                "group.protocol",
                api == ApiKeys.JOIN_GROUP ? "classic" : "consumer",
                "auto.offset.reset",
                "earliest"))) {
      consumer.subscribe(List.of(topic));

      Awaitility.await()
          .atMost(WAIT)
          .pollInSameThread()
          .until(() -> consumer.poll(Duration.ofMillis(100)).count() == 1);
    }
    assertThat(proxy.hits(fault))
        .singleElement()
        .satisfies(hit -> assertThat(hit.clientId()).isEqualTo(client()));
  }
}
