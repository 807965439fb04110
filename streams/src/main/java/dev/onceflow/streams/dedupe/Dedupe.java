package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.Outcome;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Runs a handler once for each event ID: a copy of an event that was applied or rejected takes no
 * effect (DUPLICATE), and one with other content goes whole to the quarantine (ALTERED). An event
 * whose outcome was dlq or quarantined is new when it is redriven under its own ID.
 *
 * <p>All copies of an event must meet in one partition, so the event ID must imply the record's
 * key.
 *
 * <p>Memory, the handler's state and all outputs are written at the end of {@code process}, in one
 * Kafka transaction with the input's offset. A crash, an exception or a fenced thread aborts it as
 * a whole, and the record is read again: no failure leaves half the effects.
 *
 * <p>This first form remembers for ever: memory grows with the number of events, the cost per event
 * does not (one point get, which a Bloom filter answers for new IDs).
 *
 * @param <V> what events say
 */
public final class Dedupe<V> implements ProcessorSupplier<Object, Event<V>, Object, Object> {
  /** The reason of events that come again with other content. */
  public static final String ALTERED = "altered";

  private final String memoryName;
  private final Supplier<? extends EventHandler<V>> handlers;
  private final Routes routes;

  /**
   * The nodes that follow, beside those that the handler's effects name.
   *
   * @param quarantine the sink of the quarantine topic
   * @param deadLetters the sink of the dead letter topic
   * @param verdicts the {@link dev.onceflow.streams.verdict.CountVerdicts} node
   */
  public record Routes(String quarantine, String deadLetters, String verdicts) {}

  private Dedupe(String memoryName, Supplier<? extends EventHandler<V>> handlers, Routes routes) {
    this.memoryName = memoryName;
    this.handlers = handlers;
    this.routes = routes;
  }

  /**
   * The node that decides each event ID once.
   *
   * @param memoryName the store made by {@link #memory}
   * @param handlers makes one handler per task
   * @param routes the nodes that follow
   * @param <V> what events say
   */
  public static <V> Dedupe<V> byEventId(
      String memoryName, Supplier<? extends EventHandler<V>> handlers, Routes routes) {
    return new Dedupe<>(memoryName, handlers, routes);
  }

  /**
   * The store of what was decided. It is not cached: event IDs are unique, so a cache would cost
   * and never answer.
   *
   * @param name the store's name
   */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> memory(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  @Override
  public Processor<Object, Event<V>, Object, Object> get() {
    return new Deduper<>(memoryName, handlers.get(), routes);
  }

  private static final class Deduper<V> implements Processor<Object, Event<V>, Object, Object> {
    private final String memoryName;
    private final EventHandler<V> handler;
    private final Routes routes;
    private ProcessorContext<Object, Object> context;
    private Memory memory;

    Deduper(String memoryName, EventHandler<V> handler, Routes routes) {
      this.memoryName = memoryName;
      this.handler = handler;
      this.routes = routes;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
      this.context = context;
      memory = new Memory(context.getStateStore(memoryName));
      handler.open(new HandlerStores(context));
    }

    @Override
    public void process(Record<Object, Event<V>> record) {
      Event<V> event = record.value();
      Bytes key = memory.key(event.id());
      long contentHash = memory.contentHash(event.rawValue());
      Outcome outcome =
          switch (memory.verdict(key, contentHash)) {
            case NEW -> handle(event, key, contentHash);
            case DUPLICATE -> Outcome.DUPLICATE;
            case ALTERED -> {
              // What is remembered stays: the event that took effect is the one that came first.
              setAside(
                  event,
                  routes.quarantine(),
                  ALTERED,
                  "the event ID was decided before with other content");
              yield Outcome.QUARANTINED;
            }
          };
      context.forward(new Record<>(null, outcome, event.arrivalMs()), routes.verdicts());
    }

    private Outcome handle(Event<V> event, Bytes key, long contentHash) {
      Decision decision = handler.handle(event);
      // Only from here on is anything written.
      memory.remember(key, event.arrivalMs(), contentHash, decision.outcome());
      for (Effect effect : decision.effects()) {
        if (effect instanceof Effect.Put<?, ?> put) {
          put.run();
        } else if (effect instanceof Effect.Emit emit) {
          context.forward(
              new Record<>(emit.key(), emit.value(), event.arrivalMs(), emit.headers()), emit.to());
        }
      }
      if (decision.outcome() == Outcome.QUARANTINED) {
        setAside(event, routes.quarantine(), decision.reason(), decision.detail());
      } else if (decision.outcome() == Outcome.DLQ) {
        setAside(event, routes.deadLetters(), decision.reason(), decision.detail());
      }
      return decision.outcome();
    }

    private void setAside(Event<V> event, String to, String reason, String detail) {
      context.forward(
          SetAside.record(
              event.rawKey(),
              event.rawValue(),
              event.arrivalMs(),
              event.headers(),
              event.at(),
              reason,
              detail),
          to);
    }
  }
}
