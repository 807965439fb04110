package dev.onceflow.testkit;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.graph.EventGraph;
import dev.onceflow.streams.graph.EventJob;
import dev.onceflow.streams.route.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;

/** One record in {@code effects} for each event ID, under that ID. */
public class EffectsJob extends EventJob<String> {
  public static final String INPUT = "sent";
  public static final String OUTPUT = "effects";

  @Override
  public String name() {
    return "effects";
  }

  @Override
  protected EventGraph<String> graph() {
    return EventGraph.<String>reading(
            INPUT,
            () ->
                (topic, record) -> {
                  String id = CloudEventHeaders.id(record.headers());
                  return id == null
                      ? new Parsed.Bad<>("no-id", "expected the header ce_id")
                      : new Parsed.Ok<>(id, new String(record.value(), StandardCharsets.UTF_8));
                })
        .output(OUTPUT, Map.of(), new StringSerializer(), new StringSerializer());
  }

  @Override
  protected EventHandler<String> handler() {
    return event -> Decision.applied(List.of(new Effect.Emit(OUTPUT, event.id(), event.value())));
  }
}
