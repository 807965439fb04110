package dev.onceflow.streams.graph;

import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.dedupe.DedupeConfig;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.dedupe.Output;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.route.Arrival;
import dev.onceflow.streams.route.EventDecoder;
import dev.onceflow.streams.route.Parse;
import dev.onceflow.streams.verdict.CountVerdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
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
 * <p>What a record does is committed with its offset in one Kafka transaction. Every node, store
 * and topic is named after the input, the sink of an output like its topic; none of these names
 * changes with another version of this class, since local state and changelogs hang on them.
 *
 * @param <V> what events say
 */
public final class EventGraph<V> {
  /** A record that is set aside is larger than it came. */
  private static final String SET_ASIDE_BYTES_MAX = "2097152";

  private final String input;
  private final Supplier<EventDecoder<V>> decoders;
  private final List<StoreBuilder<?>> stores = new ArrayList<>();
  private final List<JobTopic> outputTopics = new ArrayList<>();
  private final Map<String, Output<?, ?>> outputs = new LinkedHashMap<>();

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

  /** Gives the handler a store. */
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

  private JobTopic setAside(String what) {
    return new JobTopic(
        named(what),
        JobTopic.Role.SET_ASIDE,
        Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, SET_ASIDE_BYTES_MAX));
  }

  /**
   * Builds the graph.
   *
   * @param memory how long event IDs are remembered
   * @param handlers makes one handler per task
   */
  public Topology build(DedupeConfig memory, Supplier<? extends EventHandler<V>> handlers) {
    String source = named("source");
    String parse = named("parse");
    String dedupe = named("dedupe");
    String count = named("count-verdicts");
    String verdicts = named("verdicts");
    String quarantine = named("quarantine");
    String deadLetters = named("dlq");
    var bytesIn = new ByteArrayDeserializer();
    var bytesOut = new ByteArraySerializer();
    Topology topology =
        new Topology()
            .addSource(AutoOffsetReset.earliest(), source, new Arrival(), bytesIn, bytesIn, input)
            .addProcessor(
                parse, new Parse<>(decoders, new Parse.Routes(dedupe, deadLetters, count)), source)
            .addProcessor(
                dedupe,
                Dedupe.byEventId(
                        memoryName(),
                        memory,
                        handlers,
                        new Dedupe.Routes(quarantine, deadLetters, count))
                    .sending(outputs),
                parse)
            .addProcessor(count, new CountVerdicts(verdicts), parse, dedupe)
            .addStateStore(CountVerdicts.store(verdicts), count)
            .addSink(quarantine, quarantine, bytesOut, bytesOut, dedupe)
            .addSink(deadLetters, deadLetters, bytesOut, bytesOut, parse, dedupe);
    stores.forEach(store -> topology.addStateStore(store, dedupe));
    outputs.keySet().forEach(name -> topology.addSink(name, name, bytesOut, bytesOut, dedupe));
    return topology;
  }

  /** The name of the memory of event IDs. */
  public String memoryName() {
    return named("memory");
  }

  private String named(String what) {
    return input + "-" + what;
  }
}
