package dev.onceflow.topology;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.dedupe.DedupeConfig;
import dev.onceflow.streams.dedupe.HandlerStore;
import dev.onceflow.streams.dedupe.Output;
import dev.onceflow.streams.dedupe.SeenEvents;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.OutputTopics;
import dev.onceflow.streams.job.PerThread;
import dev.onceflow.streams.job.StateQuery;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.route.Arrival;
import dev.onceflow.streams.route.Parse;
import dev.onceflow.streams.verdict.CountVerdicts;
import dev.onceflow.topology.payments.Balances;
import dev.onceflow.topology.payments.DailyTotals;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The payments job, in the order in which a record meets it:
 *
 * <pre>
 *  payments -> parse -> dedupe around the state machine -> ledger-entries -> balances -> account-balances
 *                |        |                                              |-> daily totals -> merchant-daily-totals
 *                |        |-> payments-rejected
 *                |        |-> payments-quarantine
 *                |------> |-> payments-dlq
 *                |------> |-> verdicts: what became of each record
 * </pre>
 *
 * <p>Two sub-topologies, joined by the topic {@code ledger-entries}. In each, what a record does is
 * committed with its offset in one Kafka transaction. Every node, store and internal topic is named
 * here; a name is never changed, since local state, changelogs and running upgrades hang on it.
 */
public final class PaymentsTopology implements TopologyFactory {
  /** The job's name. */
  public static final String NAME = "payments";

  /** The store of what became of the records; its changelog is read from outside. */
  public static final String VERDICTS_STORE = "verdicts";

  private static final String MEMORY_STORE = "payments-memory";
  private static final String STATES_STORE = "payment-states";
  private static final String BALANCES_STORE = "balances";
  private static final String DAILY_TOTALS_STORE = "daily-totals";

  private static final String SOURCE = "payments-source";
  private static final String PARSE = "parse";
  private static final String DEDUPE = "dedupe";
  private static final String VERDICTS = "count-verdicts";
  private static final String LEDGER_SINK = "ledger-entries-sink";
  private static final String REJECTED_SINK = "payments-rejected-sink";
  private static final String QUARANTINE_SINK = "payments-quarantine-sink";
  private static final String DLQ_SINK = "payments-dlq-sink";

  /**
   * The topic that tells, read committed, what became of the records so far: key is the input
   * partition as a big-endian int, value {@link VerdictCounts}.
   *
   * @param applicationId the job's {@code application.id}
   */
  public static String verdictsTopic(String applicationId) {
    return applicationId + '-' + VERDICTS_STORE + "-changelog";
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<JobTopic> topics() {
    return List.of(
        topic(Topics.PAYMENTS, JobTopic.Role.INPUT),
        topic(Topics.LEDGER_ENTRIES, JobTopic.Role.OUTPUT),
        topic(Topics.ACCOUNT_BALANCES, JobTopic.Role.OUTPUT),
        topic(Topics.MERCHANT_DAILY_TOTALS, JobTopic.Role.OUTPUT),
        topic(Topics.PAYMENTS_REJECTED, JobTopic.Role.OUTPUT),
        topic(Topics.PAYMENTS_QUARANTINE, JobTopic.Role.SET_ASIDE),
        topic(Topics.PAYMENTS_DLQ, JobTopic.Role.SET_ASIDE));
  }

  private static JobTopic topic(Topic topic, JobTopic.Role role) {
    return new JobTopic(topic.name(), role, topic.settings());
  }

  @Override
  public Map<String, Long> horizonsMs(Map<String, ?> config) {
    return Map.of(Topics.PAYMENTS.name(), DedupeConfig.of(config).horizonMs());
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef(DedupeConfig.DEF);
  }

  /** The balance of an account, the state of a payment, what came of an event. */
  @Override
  public List<StateQuery> queries() {
    return List.of(
        new StateQuery(
            "balances",
            BALANCES_STORE,
            StateQuery.Routing.BY_KEY,
            account -> account,
            Object::toString),
        new StateQuery(
            "payments",
            STATES_STORE,
            StateQuery.Routing.BY_KEY,
            payment -> payment,
            Object::toString),
        SeenEvents.query(MEMORY_STORE));
  }

  /** Each task reads one partition of one topic, so there is never another to wait for. */
  @Override
  public Map<String, Object> defaults() {
    return Map.of(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
  }

  @Override
  public Topology build(Map<String, ?> config) {
    AvroSerdes avro = new AvroSerdes(config);
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, LedgerEntry> entries = entries(builder, avro, config);
    entriesToBalances(entries, avro, config);
    entriesToDailyTotals(builder, entries, avro, config);
    Topology topology = builder.build();
    paymentsToEntries(topology, avro, config);
    return topology;
  }

  // The Processor API: each node has one name, and what is set aside keeps its bytes.
  private static void paymentsToEntries(Topology topology, AvroSerdes avro, Map<String, ?> config) {
    var bytesIn = new ByteArrayDeserializer();
    var bytesOut = new ByteArraySerializer();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            new Arrival(),
            bytesIn,
            bytesIn,
            Topics.PAYMENTS.name())
        .addProcessor(
            PARSE,
            new Parse<PaymentEvent>(
                () -> new PaymentDecoder(avro.deserializer(PaymentEvent.class)),
                new Parse.Routes(DEDUPE, DLQ_SINK, VERDICTS)),
            SOURCE)
        .addProcessor(
            DEDUPE,
            Dedupe.<PaymentEvent>byEventId(
                    MEMORY_STORE,
                    DedupeConfig.of(config),
                    () -> new PaymentHandler(STATES_STORE, LEDGER_SINK, REJECTED_SINK),
                    new Dedupe.Routes(QUARANTINE_SINK, DLQ_SINK, VERDICTS))
                .sending(
                    Map.of(
                        LEDGER_SINK, output(Topics.LEDGER_ENTRIES, avro),
                        REJECTED_SINK, output(Topics.PAYMENTS_REJECTED, avro)))
                .keeping(
                    List.of(
                        new HandlerStore<>(
                            STATES_STORE,
                            Serdes.String(),
                            PerThread.serde(() -> avro.values(PaymentState.class))))),
            PARSE)
        .addProcessor(VERDICTS, new CountVerdicts(VERDICTS_STORE), PARSE, DEDUPE)
        .addStateStore(
            CountVerdicts.store(
                VERDICTS_STORE,
                TallySerde.over(PerThread.serde(() -> avro.values(VerdictCounts.class)))),
            VERDICTS)
        .addSink(LEDGER_SINK, written(Topics.LEDGER_ENTRIES, config), bytesOut, bytesOut, DEDUPE)
        .addSink(
            REJECTED_SINK, written(Topics.PAYMENTS_REJECTED, config), bytesOut, bytesOut, DEDUPE)
        .addSink(
            QUARANTINE_SINK,
            written(Topics.PAYMENTS_QUARANTINE, config),
            bytesOut,
            bytesOut,
            DEDUPE)
        .addSink(DLQ_SINK, written(Topics.PAYMENTS_DLQ, config), bytesOut, bytesOut, PARSE, DEDUPE);
  }

  private static String written(Topic topic, Map<String, ?> config) {
    return OutputTopics.name(config, topic.name());
  }

  private static Output<?, ?> output(Topic topic, AvroSerdes avro) {
    return new Output<>(
        topic.name(),
        new StringSerializer(),
        PerThread.serializer(avro::<SpecificRecord>serializer));
  }

  private static KStream<String, LedgerEntry> entries(
      StreamsBuilder builder, AvroSerdes avro, Map<String, ?> config) {
    return builder.stream(
        written(Topics.LEDGER_ENTRIES, config),
        Consumed.with(Serdes.String(), PerThread.serde(() -> avro.values(LedgerEntry.class)))
            .withOffsetResetPolicy(AutoOffsetReset.earliest())
            .withName("ledger-entries-source"));
  }

  // The DSL: its aggregate keeps balances in a cache and sends each account's latest at a commit.
  private static void entriesToBalances(
      KStream<String, LedgerEntry> entries, AvroSerdes avro, Map<String, ?> config) {
    entries
        .groupByKey(Grouped.as("entries-by-account"))
        .aggregate(
            () -> null,
            (account, entry, balance) -> Balances.plus(balance, entry),
            Named.as("add-up-balances"),
            Materialized.<String, AccountBalance, KeyValueStore<Bytes, byte[]>>as(BALANCES_STORE)
                .withKeySerde(Serdes.String())
                .withValueSerde(PerThread.serde(() -> avro.values(AccountBalance.class)))
                .withCachingEnabled()
                .withLoggingEnabled(Map.of()))
        .toStream(Named.as("balances-changed"))
        .processValues(BalanceEnvelope::new, Named.as("balance-envelope"))
        .to(
            written(Topics.ACCOUNT_BALANCES, config),
            Produced.with(Serdes.String(), PerThread.serde(() -> avro.values(AccountBalance.class)))
                .withName("account-balances-sink"));
  }

  // Not an aggregate: its groupBy would send every entry through a repartition topic. All entries
  // of a total are of one account, merchant:ID:CURRENCY, the key of ledger-entries; so they are in
  // one partition already.
  private static void entriesToDailyTotals(
      StreamsBuilder builder,
      KStream<String, LedgerEntry> entries,
      AvroSerdes avro,
      Map<String, ?> config) {
    builder.addStateStore(dailyTotals(avro));
    entries
        .filter(
            // What has no value is passed over, as the balances' aggregate does.
            (account, entry) -> entry != null && DailyTotals.counts(entry),
            Named.as("entries-of-merchants"))
        .process(
            () -> new AddUpDailyTotals(DAILY_TOTALS_STORE),
            Named.as("add-up-daily-totals"),
            DAILY_TOTALS_STORE)
        .to(
            written(Topics.MERCHANT_DAILY_TOTALS, config),
            Produced.with(
                    Serdes.String(), PerThread.serde(() -> avro.values(MerchantDailyTotal.class)))
                .withName("merchant-daily-totals-sink"));
  }

  // Cached: the totals of today are written again and again, their changelog once per commit.
  private static StoreBuilder<KeyValueStore<String, MerchantDailyTotal>> dailyTotals(
      AvroSerdes avro) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(DAILY_TOTALS_STORE),
            Serdes.String(),
            PerThread.serde(() -> avro.values(MerchantDailyTotal.class)))
        .withCachingEnabled()
        .withLoggingEnabled(Map.of());
  }
}
