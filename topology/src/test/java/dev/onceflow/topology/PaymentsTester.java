package dev.onceflow.topology;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.job.PointLookups;
import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The payments topology in the test driver, with a registry of its own. */
final class PaymentsTester implements AutoCloseable {
  static final Instant OCCURRED = Instant.parse("2010-12-01T23:59:30.500Z");
  static final long ARRIVED_MS = 1_700_000_000_000L;

  final TestingRegistry registry = new TestingRegistry();
  final TopologyTestDriver driver;
  private final AvroSerdes avro;
  private final Serializer<PaymentEvent> events;
  private final TestInputTopic<byte[], byte[]> payments;

  PaymentsTester(Path stateDir) {
    this(stateDir, config -> new PaymentsTopology().build(config));
  }

  PaymentsTester(Path stateDir, Function<Map<String, Object>, Topology> topology) {
    Map<String, Object> config = new HashMap<>();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "payments");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put("schema.registry.url", registry.url());
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, PointLookups.class.getName());
    avro = new AvroSerdes(config);
    events = avro.serializer();
    Properties properties = new Properties();
    properties.putAll(config);
    driver = new TopologyTestDriver(topology.apply(config), properties);
    payments =
        driver.createInputTopic(
            Topics.PAYMENTS.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  static PaymentEvent event(String id, String payment, PaymentKind kind, long amount) {
    return new PaymentEvent(id, payment, "alice", "shop", kind, amount, "GBP", OCCURRED, null);
  }

  byte[] bytes(PaymentEvent event) {
    return events.serialize(Topics.PAYMENTS.name(), event);
  }

  void send(PaymentEvent event) {
    Headers headers = new RecordHeaders().add("ce_id", utf8(event.getEventId()));
    send(event.getPaymentId(), bytes(event), headers);
  }

  void send(String key, byte[] value, Headers headers) {
    payments.pipeInput(
        new TestRecord<>(key == null ? null : utf8(key), value, headers, ARRIVED_MS));
  }

  List<TestRecord<String, LedgerEntry>> entries() {
    return read(Topics.LEDGER_ENTRIES.name(), avro.deserializer(LedgerEntry.class));
  }

  List<TestRecord<String, AccountBalance>> balances() {
    return read(Topics.ACCOUNT_BALANCES.name(), avro.deserializer(AccountBalance.class));
  }

  List<TestRecord<String, RejectedPayment>> rejected() {
    return read(Topics.PAYMENTS_REJECTED.name(), avro.deserializer(RejectedPayment.class));
  }

  List<TestRecord<String, MerchantDailyTotal>> dailyTotals() {
    return read(Topics.MERCHANT_DAILY_TOTALS.name(), avro.deserializer(MerchantDailyTotal.class));
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return raw(Topics.PAYMENTS_DLQ.name());
  }

  List<TestRecord<byte[], byte[]>> quarantine() {
    return raw(Topics.PAYMENTS_QUARANTINE.name());
  }

  Tally tally() {
    KeyValueStore<Integer, Tally> store = driver.getKeyValueStore(PaymentsTopology.VERDICTS_STORE);
    Tally tally = store.get(0);
    return tally == null ? Tally.NONE : tally;
  }

  /** Empties a store behind the job's back. */
  static <K> void forget(KeyValueStore<K, ?> store) {
    List<K> keys = new ArrayList<>();
    try (KeyValueIterator<K, ?> all = store.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
  }

  private <T> List<TestRecord<String, T>> read(String topic, Deserializer<T> values) {
    return driver.createOutputTopic(topic, new StringDeserializer(), values).readRecordsToList();
  }

  private List<TestRecord<byte[], byte[]>> raw(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  static String header(TestRecord<?, ?> record, String key) {
    var header = record.headers().lastHeader(key);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driver.close();
    registry.close();
  }
}
