package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Changelogs;
import dev.onceflow.verification.checker.Fault;
import dev.onceflow.verification.checker.History;
import dev.onceflow.verification.checker.InputRecord;
import dev.onceflow.verification.checker.KeyedRecord;
import dev.onceflow.verification.checker.Log;
import dev.onceflow.verification.checker.LogEnds;
import dev.onceflow.verification.checker.OpenTransaction;
import dev.onceflow.verification.checker.OutputRecord;
import dev.onceflow.verification.checker.Outputs;
import dev.onceflow.verification.checker.Place;
import dev.onceflow.verification.checker.Reader;
import dev.onceflow.verification.checker.Rules;
import dev.onceflow.verification.checker.Sample;
import dev.onceflow.verification.checker.SeenLog;
import dev.onceflow.verification.checker.StoreAnswer;
import dev.onceflow.verification.checker.Tables;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A payments run that is over, as it stands in Kafka and PostgreSQL. When it is opened, offsets and
 * fences are read and the tables' snapshot begins; topics are read as they are asked for, none of
 * them as a whole into memory. What was seen during the run is added to it. For one thread.
 *
 * <p>It decodes by the contracts and by what is documented of headers, with no code of the job.
 */
public final class RecordedHistory implements History, AutoCloseable {
  private static final Duration AT_REST_LIMIT = Duration.ofSeconds(30);

  private final Map<String, Object> clientConfig;
  private final String applicationId;
  private final Rules rules;
  private final CommittedRecords records;
  private final AvroSerdes avro;
  private final RecordedLogs logs;
  private final Optional<RecordedTables> tables;
  private final List<StoreAnswer> answers = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private Map<String, SeenLog> committedLogs;
  private boolean abortsExpected;

  private RecordedHistory(
      Map<String, ?> clientConfig,
      String applicationId,
      Rules rules,
      RecordedLogs logs,
      Optional<RecordedTables> tables) {
    this.clientConfig = new HashMap<>(clientConfig);
    this.applicationId = applicationId;
    this.rules = rules;
    this.records = new CommittedRecords(clientConfig);
    this.avro = new AvroSerdes(clientConfig);
    this.logs = logs;
    this.tables = tables;
  }

  /**
   * Takes down what must be known first.
   *
   * @param clientConfig {@code bootstrap.servers} and {@code schema.registry.url}
   * @param applicationId the job's
   * @param rules what the job was told
   * @param tables the tables, which are closed with this; empty where they aren't looked at
   */
  public static RecordedHistory open(
      Map<String, ?> clientConfig,
      String applicationId,
      Rules rules,
      Optional<RecordedTables> tables)
      throws InterruptedException {
    try (Admin admin = Admin.create(new HashMap<>(clientConfig))) {
      RecordedLogs logs = RecordedLogs.of(admin, applicationId, AT_REST_LIMIT);
      return new RecordedHistory(clientConfig, applicationId, rules, logs, tables);
    }
  }

  /** Adds what the job said of its state. */
  public void addAnswers(List<StoreAnswer> more) {
    answers.addAll(more);
  }

  /** Adds what a reader saw during the run. */
  public void addReaders(List<Reader> more) {
    readers.addAll(more);
  }

  /** Adds faults of the run. */
  public void addFaults(List<Fault> more) {
    faults.addAll(more);
  }

  /** Adds what processes took up. */
  public void addSamples(List<Sample> more) {
    samples.addAll(more);
  }

  /** Says that something was done that must have aborted transactions. */
  public void expectAborts() {
    abortsExpected = true;
  }

  @Override
  public Rules rules() {
    return rules;
  }

  @Override
  public Log<InputRecord> input() {
    return new RecordedInput(clientConfig);
  }

  @Override
  public Map<String, Long> committed() {
    return logs.committed();
  }

  @Override
  public Optional<Outputs> outputs() {
    return Optional.of(
        new Outputs(
            values(Topics.LEDGER_ENTRIES, () -> avro.deserializer(LedgerEntry.class)),
            values(Topics.ACCOUNT_BALANCES, () -> avro.deserializer(AccountBalance.class)),
            values(Topics.MERCHANT_DAILY_TOTALS, () -> avro.deserializer(MerchantDailyTotal.class)),
            values(Topics.PAYMENTS_REJECTED, () -> avro.deserializer(RejectedPayment.class)),
            setAside(Topics.PAYMENTS_QUARANTINE),
            setAside(Topics.PAYMENTS_DLQ)));
  }

  private <V> Log<OutputRecord<V>> values(Topic topic, Supplier<Deserializer<V>> deserializers) {
    return action -> {
      try (Deserializer<V> values = deserializers.get()) {
        records.read(
            topic.name(),
            record ->
                action.accept(
                    new OutputRecord<>(
                        place(record),
                        text(record.key()),
                        CloudEventHeaders.id(record.headers()),
                        Place.of(header(record, CloudEventHeaders.INPUT)),
                        null,
                        decoded(values, record))));
      }
    };
  }

  private Log<OutputRecord<byte[]>> setAside(Topic topic) {
    return action ->
        records.read(
            topic.name(),
            record ->
                action.accept(
                    new OutputRecord<>(
                        place(record),
                        text(record.key()),
                        CloudEventHeaders.id(record.headers()),
                        Place.of(
                            header(record, "onceflow_original_topic")
                                + '-'
                                + header(record, "onceflow_original_partition")
                                + '-'
                                + header(record, "onceflow_original_offset")),
                        header(record, "onceflow_reason"),
                        record.value())));
  }

  @Override
  public Optional<Changelogs> changelogs() {
    return Optional.of(
        new Changelogs(
            changelog(
                "payment-states",
                RecordedHistory::text,
                reading(avro.deserializer(PaymentState.class))),
            changelog(
                "balances",
                RecordedHistory::text,
                reading(avro.deserializer(AccountBalance.class))),
            changelog(
                "daily-totals",
                RecordedHistory::text,
                reading(avro.deserializer(MerchantDailyTotal.class))),
            changelog(
                "verdicts",
                key -> ByteBuffer.wrap(key).getInt(),
                reading(avro.deserializer(VerdictCounts.class))),
            changelog(
                "payments-memory",
                ByteBuffer::wrap,
                record -> record.value() == null ? null : ByteBuffer.wrap(record.value()))));
  }

  private <K, V> Log<KeyedRecord<K, V>> changelog(
      String store, Function<byte[], K> keys, Function<ConsumerRecord<byte[], byte[]>, V> values) {
    return action ->
        records.read(
            applicationId + '-' + store + "-changelog",
            record ->
                action.accept(
                    new KeyedRecord<>(
                        place(record), keys.apply(record.key()), values.apply(record))));
  }

  private static <V> Function<ConsumerRecord<byte[], byte[]>, V> reading(Deserializer<V> values) {
    return record -> decoded(values, record);
  }

  // What can't be read has no value, which no output and no state may be without.
  private static <V> V decoded(Deserializer<V> values, ConsumerRecord<byte[], byte[]> record) {
    try {
      return values.deserialize(record.topic(), record.value());
    } catch (SerializationException e) {
      return null;
    }
  }

  @Override
  public Optional<Tables> tables() {
    return tables.map(RecordedTables::tables);
  }

  @Override
  public List<StoreAnswer> answers() {
    return List.copyOf(answers);
  }

  @Override
  public List<LogEnds> ends() {
    return logs.ends();
  }

  @Override
  public List<OpenTransaction> openTransactions() {
    return logs.openTransactions();
  }

  @Override
  public List<Reader> readers() {
    return List.copyOf(readers);
  }

  /** Of the topics that readers read, and those that the sink reads. */
  @Override
  public Map<String, SeenLog> committedLogs() {
    if (committedLogs == null) {
      Map<String, SeenLog> read = new HashMap<>();
      Set<String> topics =
          new TreeSet<>(Set.of(Topics.LEDGER_ENTRIES.name(), Topics.ACCOUNT_BALANCES.name()));
      for (Reader reader : readers) {
        String partition = reader.seen().partition();
        topics.add(partition.substring(0, partition.lastIndexOf('-')));
      }
      for (String topic : topics) {
        records.read(
            topic,
            record ->
                read.computeIfAbsent(topic + '-' + record.partition(), SeenLog::new)
                    .see(record.offset(), LogReader.content(record)));
      }
      for (Reader reader : readers) {
        read.computeIfAbsent(reader.seen().partition(), SeenLog::new);
      }
      committedLogs = read;
    }
    return committedLogs;
  }

  @Override
  public boolean abortsExpected() {
    return abortsExpected;
  }

  @Override
  public List<Fault> faults() {
    return List.copyOf(faults);
  }

  @Override
  public List<Sample> samples() {
    return List.copyOf(samples);
  }

  private static Place place(ConsumerRecord<byte[], byte[]> record) {
    return new Place(record.topic(), record.partition(), record.offset());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : text(header.value());
  }

  private static String text(byte[] utf8) {
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws SQLException {
    if (tables.isPresent()) {
      tables.get().close();
    }
  }
}
