package dev.onceflow.testkit;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.dedupe.HandlerStores;
import dev.onceflow.streams.graph.EventGraph;
import dev.onceflow.streams.graph.EventJob;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A running total for each key, once for each event ID; a total can't go below zero, such an event
 * waits in the quarantine. Subclasses have a bug each.
 */
public class TotalsJob extends EventJob<Long> {
  static final String STORE = "totals-store";

  @Override
  public String name() {
    return "totals";
  }

  @Override
  protected EventGraph<Long> graph() {
    return EventGraph.reading("amounts", () -> TotalsJob::decode)
        .output("totals", Map.of(), new StringSerializer(), new LongSerializer())
        .store(STORE, Serdes.String(), Serdes.Long());
  }

  @Override
  protected EventHandler<Long> handler() {
    return new Adding();
  }

  static Parsed<Long> decode(String topic, Record<byte[], byte[]> record) {
    String id = CloudEventHeaders.id(record.headers());
    String text = new String(record.value(), StandardCharsets.UTF_8);
    return id == null || !text.matches("-?\\d{1,9}")
        ? new Parsed.Bad<>("not-an-amount", "expected a number and the header ce_id")
        : new Parsed.Ok<>(id, Long.parseLong(text));
  }

  static class Adding implements EventHandler<Long> {
    KeyValueStore<String, Long> store;

    @Override
    public void open(HandlerStores stores) {
      store = stores.keyValue(STORE);
    }

    Long total(String key) {
      return store.get(key);
    }

    List<Effect> kept(String key, long total) {
      return List.of(new Effect.Put<>(store, key, total));
    }

    @Override
    public Decision handle(Event<Long> event) {
      String key = new String(event.rawKey(), StandardCharsets.UTF_8);
      Long before = total(key);
      long total = (before == null ? 0 : before) + event.value();
      if (total < 0) {
        return Decision.quarantined("below-zero", "the total would be " + total);
      }
      List<Effect> effects = new ArrayList<>(kept(key, total));
      effects.add(new Effect.Emit("totals", key, total));
      return Decision.applied(effects);
    }
  }
}
