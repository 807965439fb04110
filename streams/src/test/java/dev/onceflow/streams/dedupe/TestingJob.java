package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.job.PointLookups;
import dev.onceflow.streams.route.Arrival;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.Parse;
import dev.onceflow.streams.route.Parsed;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.CountVerdicts;
import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.test.TestRecord;

/**
 * A small job around {@link Dedupe}: records are {@code ID=TEXT} or {@code ID@TIME=TEXT}, and can
 * be restarted between.
 */
final class TestingJob implements AutoCloseable {
  static final String MEMORY = "memory";

  private final TopologyTestDriver driver;
  private Restarting<Object, Event<String>> dedupe;
  private DedupeConfig config;

  /** What the handler does with a new event. */
  volatile String answer = "apply";

  TestingJob(Path stateDir, DedupeConfig config) {
    this.config = config;
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "unused:1");
    properties.put("state.dir", stateDir.toString());
    properties.put("output.bytes.max", "200");
    properties.put("rocksdb.config.setter", PointLookups.class.getName());
    driver = new TopologyTestDriver(topology(), properties);
  }

  private Topology topology() {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    dedupe =
        new Restarting<>(
            () ->
                Dedupe.<String>byEventId(
                        MEMORY,
                        config,
                        Handler::new,
                        new Dedupe.Routes("quarantine", "dlq", "verdicts"))
                    .sending(
                        Map.of(
                            "out",
                            new Output<>("out", new StringSerializer(), new StringSerializer())))
                    .keeping(
                        List.of(new HandlerStore<>("texts", Serdes.String(), Serdes.String()))));
    return new Topology()
        .addSource(AutoOffsetReset.earliest(), "source", new Arrival(), in, in, "in")
        .addProcessor(
            "parse",
            new Parse<String>(
                () -> (topic, record) -> parse(record.value()),
                new Parse.Routes("dedupe", "dlq", "verdicts")),
            "source")
        .addProcessor("dedupe", dedupe, "parse")
        .addProcessor("verdicts", new CountVerdicts("counts"), "parse", "dedupe")
        .addStateStore(
            CountVerdicts.store(
                "counts",
                Serdes.serdeFrom((topic, tally) -> text(tally), (topic, bytes) -> tally(bytes))),
            "verdicts")
        .addSink("out", "out", out, out, "dedupe")
        .addSink("quarantine", "quarantine", out, out, "dedupe")
        .addSink("dlq", "dlq", out, out, "parse", "dedupe");
  }

  /** Makes a fresh processor over the stores, as the next owner of the task does. */
  void restart() {
    restart(config);
  }

  /** Closes and opens the same processor, as Streams does after an aborted transaction. */
  void revive() {
    dedupe.current.reviveWanted = true;
    driver.advanceWallClockTime(Duration.ofMillis(1));
  }

  /** The same with other settings. */
  void restart(DedupeConfig changed) {
    config = changed;
    dedupe.current.restartWanted = true;
    driver.advanceWallClockTime(Duration.ofMillis(1));
  }

  /** The same after a bucket that was forgotten has come back. */
  void restartWithBucket(long endMs, byte[] bucket) {
    driver.<Long, byte[]>getKeyValueStore(MEMORY + "-buckets").put(endMs, bucket);
    restart();
  }

  /** A bucket as it is stored. */
  Map<Long, byte[]> buckets() {
    Map<Long, byte[]> buckets = new TreeMap<>();
    KeyValueStore<Long, byte[]> store = driver.getKeyValueStore(MEMORY + "-buckets");
    try (KeyValueIterator<Long, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> buckets.put(entry.key, entry.value));
    }
    buckets.keySet().removeIf(end -> end < 0);
    return buckets;
  }

  /** The same after the buckets' store was lost. */
  void restartWithoutBuckets() {
    KeyValueStore<Long, byte[]> buckets = driver.getKeyValueStore(MEMORY + "-buckets");
    List<Long> keys = new ArrayList<>();
    try (KeyValueIterator<Long, byte[]> all = buckets.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(buckets::delete);
    restart();
  }

  void send(String value, long timestampMs) {
    send(value, timestampMs, new RecordHeaders());
  }

  void send(String value, long timestampMs, Headers headers) {
    driver
        .createInputTopic("in", new StringSerializer(), new StringSerializer())
        .pipeInput(new TestRecord<>("k", value, headers, timestampMs));
  }

  List<String> out() {
    return driver
        .createOutputTopic("out", new StringDeserializer(), new StringDeserializer())
        .readValuesToList();
  }

  /** The records that were set aside there since the last call. */
  List<TestRecord<String, String>> setAside(String topic) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new StringDeserializer())
        .readRecordsToList();
  }

  /** The reasons of the records that were set aside there since the last call. */
  List<String> reasons(String topic) {
    return setAside(topic).stream()
        .map(TestRecord::headers)
        .map(headers -> headers.lastHeader(SetAside.REASON).value())
        .map(reason -> new String(reason, StandardCharsets.UTF_8))
        .toList();
  }

  Tally counts() {
    return driver.<Integer, Tally>getKeyValueStore("counts").get(0);
  }

  String text(String id) {
    return driver.<String, String>getKeyValueStore("texts").get(id);
  }

  /** Everything in the memory's store, forgotten or not. */
  Map<Bytes, Bytes> entries() {
    Map<Bytes, Bytes> entries = new HashMap<>();
    KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(MEMORY);
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        entries.put(entry.key, Bytes.wrap(entry.value));
      }
    }
    return entries;
  }

  /** What a restore from the changelog's records since the last call would add to {@code into}. */
  void replayChangelog(Map<Bytes, Bytes> into) {
    driver
        .createOutputTopic(
            "test-" + MEMORY + "-changelog",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList()
        .forEach(
            change -> {
              if (change.value() == null) {
                into.remove(Bytes.wrap(change.key()));
              } else {
                into.put(Bytes.wrap(change.key()), Bytes.wrap(change.value()));
              }
            });
  }

  @Override
  public void close() {
    driver.close();
  }

  private final class Handler implements EventHandler<String> {
    private KeyValueStore<String, String> texts;

    @Override
    public void open(HandlerStores stores) {
      texts = stores.keyValue("texts");
    }

    @Override
    public Decision handle(Event<String> event) {
      List<Effect> effects =
          List.of(
              new Effect.Put<>(texts, event.id(), event.value()),
              new Effect.Emit("out", event.id(), event.value(), new RecordHeaders()));
      if (event.value().startsWith("dlq")) {
        return Decision.dlq("too-hard", "its content says so");
      }
      return switch (answer) {
        case "apply" -> Decision.applied(effects);
        case "emit" -> Decision.applied(effects.subList(1, 2));
        case "put" -> Decision.applied(effects.subList(0, 1));
        case "reject" -> Decision.rejected(List.of());
        case "dlq" -> Decision.dlq("too-hard", "why");
        case "quarantine" -> Decision.quarantined("unsure", null);
        default -> throw new IllegalStateException("a bug");
      };
    }
  }

  private static Parsed<String> parse(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    if (text.startsWith("throw")) {
      throw new SerializationException("can't read " + text);
    }
    String[] parts = text.split("=", 2);
    if (parts.length != 2) {
      return new Parsed.Bad<>("no-id", "expected ID=TEXT");
    }
    String[] dated = parts[0].split("@", 2);
    return dated.length == 2
        ? new Parsed.Ok<>(dated[0], parts[1], Long.parseLong(dated[1]))
        : new Parsed.Ok<>(parts[0], parts[1]);
  }

  private static byte[] text(Tally t) {
    return "%d %d %d %d %d %d %d"
        .formatted(
            t.read(),
            t.applied(),
            t.rejected(),
            t.duplicate(),
            t.quarantined(),
            t.dlq(),
            t.nextOffset())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Tally tally(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    long[] n =
        List.of(new String(bytes, StandardCharsets.UTF_8).split(" ", -1)).stream()
            .mapToLong(Long::parseLong)
            .toArray();
    return new Tally(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
  }

  /** A node whose processor can be exchanged for a fresh one between two records. */
  private static final class Restarting<K, V> implements ProcessorSupplier<K, V, Object, Object> {
    private final Supplier<? extends ProcessorSupplier<K, V, Object, Object>> made;
    private Node current;

    Restarting(Supplier<? extends ProcessorSupplier<K, V, Object, Object>> made) {
      this.made = made;
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return made.get().stores();
    }

    @Override
    public Processor<K, V, Object, Object> get() {
      current = new Node();
      return current;
    }

    private final class Node implements Processor<K, V, Object, Object> {
      private Processor<K, V, Object, Object> processor = made.get().get();
      private ProcessorContext<Object, Object> context;
      private boolean restartWanted;
      private boolean reviveWanted;

      @Override
      public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        processor.init(context);
        // Streams gives a node its stores only while it runs that node.
        context.schedule(
            Duration.ofMillis(1), PunctuationType.WALL_CLOCK_TIME, now -> restartIfWanted());
      }

      private void restartIfWanted() {
        if (reviveWanted) {
          reviveWanted = false;
          processor.close();
          processor.init(context);
        }
        if (restartWanted) {
          restartWanted = false;
          processor.close();
          processor = made.get().get();
          processor.init(context);
        }
      }

      @Override
      public void process(Record<K, V> record) {
        processor.process(record);
      }

      @Override
      public void close() {
        processor.close();
      }
    }
  }
}
