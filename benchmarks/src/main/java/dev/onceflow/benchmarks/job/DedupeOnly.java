package dev.onceflow.benchmarks.job;

import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.graph.EventGraph;
import dev.onceflow.streams.graph.EventJob;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Passes each event on once, as it came: the key is its event ID. */
final class DedupeOnly extends EventJob<byte[]> {
  static final String OUTPUT = "raw-once";

  private final String input;

  DedupeOnly(String input) {
    this.input = input;
  }

  @Override
  public String name() {
    return "dedupe-only";
  }

  @Override
  protected EventGraph<byte[]> graph() {
    var bytes = new ByteArraySerializer();
    return EventGraph.<byte[]>reading(
            input,
            () ->
                (topic, record) ->
                    new Parsed.Ok<>(
                        new String(record.key(), StandardCharsets.ISO_8859_1), record.value()))
        .output(OUTPUT, Map.of(), bytes, bytes);
  }

  @Override
  protected EventHandler<byte[]> handler() {
    return new PassOn();
  }

  private static final class PassOn implements EventHandler<byte[]> {
    @Override
    public Decision handle(Event<byte[]> event) {
      return Decision.applied(
          List.of(new Effect.Emit(OUTPUT, event.rawKey(), event.rawValue(), event.headers())));
    }
  }
}
