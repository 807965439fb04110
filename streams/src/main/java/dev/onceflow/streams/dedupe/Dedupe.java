package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a handler once for each event ID: a copy of an event that was applied or rejected takes no
 * effect (DUPLICATE), and one with other content goes whole to the quarantine (ALTERED), as does
 * one whose ID may have been forgotten (UNPROVABLE) and one whose ID is ahead of its time (FUTURE).
 * An event whose outcome was dlq or quarantined is new when it is redriven under its own ID.
 *
 * <p>All copies of an event must meet in one partition, so the event ID must imply the record's
 * key; where it doesn't, {@link RepartitionByEventId} has to come before. Where several topics or
 * partitions flow into one, the clock is the highest of all: one that lags by more than the horizon
 * finds its IDs unprovable, and those without a time inside new.
 *
 * <p>Memory, the handler's state and all outputs are written at the end of {@code process}, in one
 * Kafka transaction with the input's offset. A crash, an exception or a fenced thread aborts it as
 * a whole, and the record is read again: no failure leaves half the effects.
 *
 * <p>Decisions depend only on the order of the input and its records' timestamps, so a restart or a
 * replay decides the same. Each instance brings two stores: what was decided, under the memory's
 * name, and {@code NAME-buckets}. The cost per event does not grow with what is remembered (one
 * point get, which a Bloom filter answers for new IDs); memory ends at the horizon.
 *
 * @param <V> what events say
 */
public final class Dedupe<V> implements ProcessorSupplier<Object, Event<V>, Object, Object> {
  /** The reason of events that come again with other content. */
  public static final String ALTERED = "altered";

  /** The reason of events that may have been seen and forgotten. */
  public static final String UNPROVABLE = "unprovable";

  /** The reason of events whose ID is ahead of their time. */
  public static final String FUTURE = "future";

  /**
   * The header by which an operator says of an unprovable event that it was not seen. Its value is
   * when that is said, in decimal Unix milliseconds. It counts for a horizon from then: for as long
   * as a decision that it led to is remembered. Anything else in it counts for nothing.
   */
  public static final String RELEASE = "onceflow_release";

  /** The reason of events that lead to a record that is too large to be sent. */
  public static final String OUTPUT_TOO_LARGE = "output-too-large";

  private static final String OPERATOR = "dedupe";

  private final String memoryName;
  private final DedupeConfig config;
  private final Supplier<? extends EventHandler<V>> handlers;
  private final Routes routes;
  private final Map<String, Output<?, ?>> outputs;
  private final List<HandlerStore<?, ?>> handlerStores;

  /**
   * The nodes that follow, beside those that the handler's effects name.
   *
   * @param quarantine the sink of the quarantine topic
   * @param deadLetters the sink of the dead letter topic
   * @param verdicts the {@link dev.onceflow.streams.verdict.CountVerdicts} node
   */
  public record Routes(String quarantine, String deadLetters, String verdicts) {}

  private Dedupe(
      String memoryName,
      DedupeConfig config,
      Supplier<? extends EventHandler<V>> handlers,
      Routes routes,
      Map<String, Output<?, ?>> outputs,
      List<HandlerStore<?, ?>> handlerStores) {
    this.memoryName = memoryName;
    this.config = config;
    this.handlers = handlers;
    this.routes = routes;
    this.outputs = outputs;
    this.handlerStores = handlerStores;
  }

  /**
   * The node that decides each event ID once. It brings the stores of its memory along.
   *
   * @param memoryName the name of the store of what was decided; part of the changelogs' names
   * @param config how long event IDs are remembered
   * @param handlers makes one handler per task
   * @param routes the nodes that follow
   * @param <V> what events say
   */
  public static <V> Dedupe<V> byEventId(
      String memoryName,
      DedupeConfig config,
      Supplier<? extends EventHandler<V>> handlers,
      Routes routes) {
    return new Dedupe<>(memoryName, config, handlers, routes, Map.of(), List.of());
  }

  /**
   * The same node, which makes bytes of what is emitted to these sinks before anything is written.
   * An event that leads to a record above {@value JobConfig#OUTPUT_BYTES_MAX} goes to the dead
   * letters without any effect.
   *
   * @param outputs by the sink's name; the sinks themselves must take bytes
   */
  public Dedupe<V> sending(Map<String, Output<?, ?>> outputs) {
    return new Dedupe<>(memoryName, config, handlers, routes, Map.copyOf(outputs), handlerStores);
  }

  /**
   * The same node, which brings the handler's stores along and measures what is put into them, as
   * {@link #sending} does with what is emitted.
   */
  public Dedupe<V> keeping(List<HandlerStore<?, ?>> stores) {
    return new Dedupe<>(memoryName, config, handlers, routes, outputs, List.copyOf(stores));
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    // Not cached: event IDs are unique, so a cache would cost and never answer.
    StoreBuilder<?> entries =
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(memoryName), Serdes.Bytes(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(Map.of());
    StoreBuilder<?> buckets =
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(bucketsName()), Serdes.Long(), Serdes.ByteArray())
            .withCachingEnabled()
            .withLoggingEnabled(Map.of());
    // In an order of its own: Set.of has another one in each JVM.
    Set<StoreBuilder<?>> stores = new LinkedHashSet<>(List.of(entries, buckets));
    handlerStores.forEach(store -> stores.add(store.builder()));
    return stores;
  }

  private String bucketsName() {
    return memoryName + "-buckets";
  }

  @Override
  public Processor<Object, Event<V>, Object, Object> get() {
    return new Deduper<>(this, handlers.get());
  }

  private static final class Deduper<V> implements Processor<Object, Event<V>, Object, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(Dedupe.class);

    private final Dedupe<V> node;
    private final EventHandler<V> handler;
    private final Map<Verdict, Sensor> verdicts = new EnumMap<>(Verdict.class);
    private ProcessorContext<Object, Object> context;
    private Memory memory;
    private Outputs outputs;
    private SetAside setAside;

    Deduper(Dedupe<V> node, EventHandler<V> handler) {
      this.node = node;
      this.handler = handler;
    }

    // Called again with this same object when a task is revived after an aborted transaction: what
    // is kept here was not committed, the restored stores were.
    @Override
    public void init(ProcessorContext<Object, Object> context) {
      this.context = context;
      memory =
          new Memory(
              context.getStateStore(node.memoryName),
              context.getStateStore(node.bucketsName()),
              node.config);
      outputs = new Outputs(node.outputs, changelogs(), outputBytesMax());
      setAside = new SetAside(context, OPERATOR);
      handler.open(new HandlerStores(context));
      for (Verdict verdict : Verdict.values()) {
        verdicts.put(
            verdict,
            context
                .metrics()
                .addRateTotalSensor(
                    "dedupe",
                    // Two tasks of one thread would count in one sensor.
                    context.taskId() + "." + node.memoryName,
                    verdict.name().toLowerCase(Locale.ROOT),
                    Sensor.RecordingLevel.INFO));
      }
      warnOfSlowMisses();
    }

    private Map<String, Output<?, ?>> changelogs() {
      return node.handlerStores.stream()
          .collect(
              Collectors.toMap(
                  HandlerStore::name, store -> store.changelog(context.applicationId())));
    }

    private int outputBytesMax() {
      Object given = context.appConfigs().get(JobConfig.OUTPUT_BYTES_MAX);
      return given == null
          ? JobConfig.OUTPUT_BYTES_MAX_DEFAULT
          : Integer.parseInt(given.toString().strip());
    }

    private void warnOfSlowMisses() {
      if (context.appConfigs().get(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG) == null) {
        LOG.atWarn()
            .addKeyValue("store", node.memoryName)
            .log(
                "rocksdb.config.setter is not set: Streams leaves out the Bloom filters of the"
                    + " lowest level, so each new event ID costs a read. Set it to"
                    + " dev.onceflow.streams.job.PointLookups or a class of your own that calls"
                    + " setOptimizeFiltersForHits(false)");
      }
    }

    @Override
    public void process(Record<Object, Event<V>> record) {
      Event<V> event = record.value();
      EventKey key = memory.key(event.id(), event.timeMs());
      long contentHash = memory.contentHash(event.rawValue());
      Verdict verdict =
          memory.verdict(key, contentHash, event.arrivalMs(), releasedMs(event.headers()));
      verdicts.get(verdict).record();
      // Until here nothing was written but the clock and deletions of what is forgotten.
      Outcome outcome =
          switch (verdict) {
            case NEW -> handle(event, key, contentHash);
            case DUPLICATE -> Outcome.DUPLICATE;
            // What is remembered stays: the event that took effect is the one that came first.
            case ALTERED ->
                quarantined(event, ALTERED, "the event ID was decided before with other content");
            case UNPROVABLE ->
                quarantined(
                    event,
                    UNPROVABLE,
                    """
                    the event ID is older than what memory can tell (dedupe.horizon.ms is %d): it \
                    may have been decided before; if it was not, send it again with the header %s set to the time of now in ms"""
                        .formatted(node.config.horizonMs(), RELEASE));
            case FUTURE ->
                quarantined(
                    event,
                    FUTURE,
                    """
                    the time of the event ID is %d, the record's is %d, and dedupe.skew.max.ms \
                    is %d; if the producer's clock was wrong, send it again once that time has come"""
                        .formatted(key.timeMs(), event.arrivalMs(), node.config.skewMaxMs()));
          };
      context.forward(new Record<>(null, outcome, event.arrivalMs()), node.routes.verdicts());
    }

    private static long releasedMs(Headers headers) {
      Header header = headers.lastHeader(RELEASE);
      if (header == null || header.value() == null) {
        return Memory.NOT_RELEASED;
      }
      try {
        return Math.max(
            Memory.NOT_RELEASED,
            Long.parseLong(new String(header.value(), StandardCharsets.UTF_8).strip()));
      } catch (NumberFormatException notATime) {
        return Memory.NOT_RELEASED;
      }
    }

    private Outcome handle(Event<V> event, EventKey key, long contentHash) {
      Decision decision = handler.handle(event);
      List<Outputs.Outgoing> outgoing;
      try {
        outgoing = outputs.of(decision, event.arrivalMs());
      } catch (Outputs.TooLarge e) {
        decision = Decision.dlq(OUTPUT_TOO_LARGE, e.getMessage());
        outgoing = List.of();
      }
      // Nothing was written yet; from here on nothing can fail but the task as a whole.
      memory.remember(key, contentHash, decision.outcome());
      for (Effect effect : decision.effects()) {
        if (effect instanceof Effect.Put<?, ?> put) {
          put.run();
        }
      }
      outgoing.forEach(each -> context.forward(each.record(), each.to()));
      if (decision.outcome() == Outcome.QUARANTINED) {
        setAside(event, node.routes.quarantine(), decision.reason(), decision.detail());
      } else if (decision.outcome() == Outcome.DLQ) {
        setAside(event, node.routes.deadLetters(), decision.reason(), decision.detail());
      }
      return decision.outcome();
    }

    private Outcome quarantined(Event<V> event, String reason, String detail) {
      setAside(event, node.routes.quarantine(), reason, detail);
      return Outcome.QUARANTINED;
    }

    private void setAside(Event<V> event, String to, String reason, String detail) {
      context.forward(
          setAside.record(
              event.rawKey(),
              event.rawValue(),
              event.arrivalMs(),
              event.headers(),
              event.at(),
              new SetAside.Because(reason, detail, null)),
          to);
    }
  }
}
