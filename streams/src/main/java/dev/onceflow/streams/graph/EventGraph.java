package dev.onceflow.streams.graph;

import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.dedupe.DedupeConfig;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.dedupe.HandlerStore;
import dev.onceflow.streams.dedupe.Output;
import dev.onceflow.streams.dedupe.RepartitionByEventId;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.OutputTopics;
import dev.onceflow.streams.route.Arrival;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.EventDecoder;
import dev.onceflow.streams.route.Parse;
import dev.onceflow.streams.verdict.CountVerdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The graph of a job that reads one topic and decides each of its events once:
 *
 * <pre>
 *  INPUT -> parse -> dedupe around a handler -> outputs
 *             |        |-> INPUT-quarantine
 *             |------> |-> INPUT-dlq
 *             |------> |-> verdicts: what became of each record
 * </pre>
 *
 * <p>Dedupe finds the copies of an event that lie in one partition of the input, so an event's key
 * must follow from its ID. Where it doesn't, {@link #repartitionedByEventId} puts a topic between:
 *
 * <pre>
 *  INPUT -> parse -> INPUT-by-event-id -> parse -> dedupe around a handler -> ...
 *             |-> INPUT-dlq                 |-> ...
 *             |-> parse-verdicts
 * </pre>
 *
 * <p>What a record does is committed with its offset in one Kafka transaction. Every node, store
 * and topic is named after the input, the sink of an output like its topic; none of these names
 * changes with another version of this class, since local state and changelogs hang on them.
 *
 * @param <V> what events say
 */
public final class EventGraph<V> {
  /** Whatever the job's producer takes, uncompressed. */
  private static final String BYTES_MAX = Integer.toString(JobConfig.REQUEST_BYTES_MAX_DEFAULT);

  private static final String SOURCE = "source";
  private static final String PARSE = "parse";
  private static final String PARSE_CARRIED = "parse-carried";
  private static final String BY_EVENT_ID = "by-event-id";
  private static final String ANY_TIME = Long.toString(Long.MAX_VALUE);

  // A record that the input took must not be refused by the repartition topic, for its size or for
  // the time that it has been waiting: it would fail the job, again and again, at the same place.
  // Nor may a broker's limit for logs delete what waits there.
  private static final Map<String, Object> INTERNAL_TOPICS =
      Map.of(
          StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
          BYTES_MAX,
          StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG),
          ANY_TIME,
          StreamsConfig.topicPrefix(TopicConfig.RETENTION_BYTES_CONFIG),
          "-1",
          StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
          ANY_TIME);

  private final String input;
  private final Supplier<EventDecoder<V>> decoders;
  private final List<HandlerStore<?, ?>> handlerStores = new ArrayList<>();
  private final List<StoreBuilder<?>> stores = new ArrayList<>();
  private final List<JobTopic> outputTopics = new ArrayList<>();
  private final Map<String, Output<?, ?>> outputs = new LinkedHashMap<>();
  private boolean isRepartitioned;

  private EventGraph(String input, Supplier<EventDecoder<V>> decoders) {
    this.input = input;
    this.decoders = decoders;
  }

  /**
   * Begins a graph.
   *
   * @param input the topic that it reads; the broker's clock stamps arrivals there
   * @param decoders makes one decoder per task
   * @param <V> what events say
   */
  public static <V> EventGraph<V> reading(String input, Supplier<EventDecoder<V>> decoders) {
    return new EventGraph<>(input, decoders);
  }

  /**
   * Gives the handler a persistent store. What is put into it is measured before anything of the
   * event is written.
   *
   * @param name its name
   * @param keys makes bytes of keys, in any thread
   * @param values makes bytes of values, in any thread
   */
  public EventGraph<V> store(String name, Serde<?> keys, Serde<?> values) {
    handlerStores.add(new HandlerStore<>(name, keys, values));
    return this;
  }

  /**
   * Gives the handler a store of another kind. What is put into it is not measured: the handler
   * must keep it below {@code max.message.bytes} of the changelog.
   */
  public EventGraph<V> store(StoreBuilder<?> store) {
    stores.add(store);
    return this;
  }

  /**
   * Lets the handler send to a topic, by {@link Effect.Emit} to the topic's name.
   *
   * @param topic the topic
   * @param settings topic settings that the job's guarantee rests on
   * @param keys writes keys, in any thread
   * @param values writes values, in any thread
   */
  public EventGraph<V> output(
      String topic, Map<String, String> settings, Serializer<?> keys, Serializer<?> values) {
    outputTopics.add(new JobTopic(topic, JobTopic.Role.OUTPUT, settings));
    outputs.put(topic, new Output<>(topic, keys, values));
    return this;
  }

  /**
   * Brings all copies of an event together by its ID, in a repartition topic {@code
   * APPLICATION_ID-INPUT-by-event-id-repartition}. For inputs without keys, or whose keys a resend
   * may change, or whose producers don't agree on a partitioner.
   *
   * <ul>
   *   <li>The handler's stores are then those of the event ID's partition: events of one key meet
   *       in none, and what is added up by key belongs behind an output with that key. Between
   *       outputs of one key there is no order.
   *   <li>What is set aside has the key, the headers and the coordinates that it had in the input.
   *   <li>Arrivals stay those of the input. The clock of a partition is the highest arrival that
   *       came into it, from whatever partition of the input: one that lags behind the others by
   *       more than the horizon finds its IDs unprovable, and those without a time inside new.
   *   <li>Each record is counted where it ends: in {@code INPUT-parse-verdicts} if it went to the
   *       dead letters before the repartition, else in {@code INPUT-verdicts} by the repartition
   *       topic's partition. Their sum is what was read of the input, less what still waits
   *       between.
   *   <li>What was remembered lies in other partitions with this option than without: to switch it
   *       in a running job takes another {@code application.id}.
   * </ul>
   */
  public EventGraph<V> repartitionedByEventId() {
    isRepartitioned = true;
    return this;
  }

  /** The topic that it reads. */
  public String input() {
    return input;
  }

  /** The topics that the graph reads and writes. */
  public List<JobTopic> topics() {
    List<JobTopic> topics = new ArrayList<>();
    topics.add(
        new JobTopic(
            input,
            JobTopic.Role.INPUT,
            Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")));
    topics.addAll(outputTopics);
    topics.add(setAside("quarantine"));
    topics.add(setAside("dlq"));
    return topics;
  }

  /** The input and its repartition topic, where there is one. */
  public Map<String, String> repartitioned() {
    return isRepartitioned ? Map.of(input, named(BY_EVENT_ID) + "-repartition") : Map.of();
  }

  /** Settings that the graph needs unless the user gives others. */
  public Map<String, Object> defaults() {
    return isRepartitioned ? INTERNAL_TOPICS : Map.of();
  }

  private JobTopic setAside(String what) {
    return new JobTopic(
        named(what),
        JobTopic.Role.SET_ASIDE,
        Map.of(
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            BYTES_MAX,
            // Kafka's default deletes a dead letter after a week, whether somebody saw it or not.
            TopicConfig.RETENTION_MS_CONFIG,
            "-1"));
  }

  /**
   * Builds the graph, with the names of a live job's topics.
   *
   * @param memory how long event IDs are remembered
   * @param handlers makes one handler per task
   */
  public Topology build(DedupeConfig memory, Supplier<? extends EventHandler<V>> handlers) {
    return build(memory, handlers, topic -> topic);
  }

  /**
   * Builds the graph. The topics that it writes are called as {@link OutputTopics} says; the
   * handler goes on sending to them by the names that they have here.
   *
   * @param config the job's configuration
   * @param handlers makes one handler per task
   */
  public Topology build(Map<String, ?> config, Supplier<? extends EventHandler<V>> handlers) {
    return build(DedupeConfig.of(config), handlers, topic -> OutputTopics.name(config, topic));
  }

  private Topology build(
      DedupeConfig memory,
      Supplier<? extends EventHandler<V>> handlers,
      UnaryOperator<String> topicNames) {
    String dedupe = named("dedupe");
    String count = named("count-verdicts");
    String verdicts = named("verdicts");
    String quarantine = named("quarantine");
    String deadLetters = named("dlq");
    var bytesOut = new ByteArraySerializer();
    var routes = new Parse.Routes(dedupe, deadLetters, count);
    Topology topology = isRepartitioned ? repartitioning(routes, topicNames) : reading(routes);
    String parse = isRepartitioned ? named(PARSE_CARRIED) : named(PARSE);
    topology
        .addProcessor(
            dedupe,
            Dedupe.byEventId(
                    memoryName(),
                    memory,
                    handlers,
                    new Dedupe.Routes(quarantine, deadLetters, count))
                .sending(outputs)
                .keeping(handlerStores),
            parse)
        .addProcessor(count, new CountVerdicts(verdicts), parse, dedupe)
        .addStateStore(CountVerdicts.store(verdicts), count)
        .addSink(quarantine, topicNames.apply(quarantine), bytesOut, bytesOut, dedupe)
        .addSink(deadLetters, topicNames.apply(deadLetters), bytesOut, bytesOut, parse, dedupe);
    stores.forEach(store -> topology.addStateStore(store, dedupe));
    outputs
        .keySet()
        .forEach(
            name -> topology.addSink(name, topicNames.apply(name), bytesOut, bytesOut, dedupe));
    return topology;
  }

  private Topology reading(Parse.Routes routes) {
    var bytesIn = new ByteArrayDeserializer();
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(), named(SOURCE), new Arrival(), bytesIn, bytesIn, input)
        .addProcessor(named(PARSE), new Parse<>(decoders, routes), named(SOURCE));
  }

  // Only the DSL makes internal topics, which Streams creates, and purges of what was processed.
  private Topology repartitioning(Parse.Routes routes, UnaryOperator<String> topicNames) {
    String deadLetters = named("parse-dlq");
    String count = named("count-parse-verdicts");
    String verdicts = named("parse-verdicts");
    StreamsBuilder builder = new StreamsBuilder();
    KStream<Object, Object> parsed =
        builder.stream(
                input,
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                    .withTimestampExtractor(new Arrival())
                    .withOffsetResetPolicy(AutoOffsetReset.earliest())
                    .withName(named(SOURCE)))
            .process(
                Parse.repartitioned(
                    decoders, new Parse.Routes(named(BY_EVENT_ID), deadLetters, count)),
                Named.as(named(PARSE)));
    EventGraph.<V>events(parsed)
        .process(new RepartitionByEventId<>(), Named.as(named(BY_EVENT_ID)))
        .repartition(
            Repartitioned.<byte[], byte[]>as(named(BY_EVENT_ID))
                .withKeySerde(Serdes.ByteArray())
                .withValueSerde(Serdes.ByteArray())
                .withStreamPartitioner(RepartitionByEventId.partitioner()))
        .process(Parse.carried(decoders, routes), Named.as(named(PARSE_CARRIED)));
    // A node of its own for each topic and store on this side: a node that is shared with the other
    // would make one sub-topology of both.
    return builder
        .build()
        .addProcessor(count, new CountVerdicts(verdicts), named(PARSE))
        .addStateStore(CountVerdicts.store(verdicts), count)
        .addSink(
            deadLetters,
            topicNames.apply(named("dlq")),
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            named(PARSE));
  }

  // Parse sends each of its followers what that one takes; the DSL knows one type for all.
  @SuppressWarnings("unchecked")
  private static <V> KStream<Object, Event<V>> events(KStream<Object, ?> parsed) {
    return (KStream<Object, Event<V>>) parsed;
  }

  /** The name of the memory of event IDs. */
  public String memoryName() {
    return named("memory");
  }

  private String named(String what) {
    return input + "-" + what;
  }
}
