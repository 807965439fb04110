package dev.onceflow.verification.deadletter;

import dev.onceflow.schemas.event.CloudEventHeaders;
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
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.Record;

/**
 * One record in {@value #OUTPUT} for each event ID. What a value begins with says why it is set
 * aside, until the job is mended.
 *
 * <p>Its twin sends events through a topic that brings the copies of an event together.
 */
final class ChoosyJob extends EventJob<String> {
  static final String INPUT = "choosy";
  static final String TWINS_INPUT = "choosy-apart";
  static final String OUTPUT = "taken";

  private final String input;
  private final boolean mended;

  private ChoosyJob(String input, boolean mended) {
    this.input = input;
    this.mended = mended;
  }

  static ChoosyJob broken() {
    return new ChoosyJob(INPUT, false);
  }

  static ChoosyJob mended() {
    return new ChoosyJob(INPUT, true);
  }

  static ChoosyJob twin() {
    return new ChoosyJob(TWINS_INPUT, false);
  }

  @Override
  public String name() {
    return input;
  }

  @Override
  protected EventGraph<String> graph() {
    EventGraph<String> graph =
        EventGraph.<String>reading(input, () -> this::decode)
            .output(OUTPUT, Map.of(), new StringSerializer(), new StringSerializer());
    return input.equals(TWINS_INPUT) ? graph.repartitionedByEventId() : graph;
  }

  private Parsed<String> decode(String topic, Record<byte[], byte[]> record) {
    String value = new String(record.value(), StandardCharsets.UTF_8);
    if (value.startsWith("unreadable") && !mended) {
      throw new SerializationException("its schema is not registered yet");
    }
    if (value.startsWith("bad")) {
      return new Parsed.Bad<>("bad-value", "expected a good value");
    }
    return new Parsed.Ok<>(CloudEventHeaders.id(record.headers()), value);
  }

  @Override
  protected EventHandler<String> handler() {
    return this::handle;
  }

  private Decision handle(Event<String> event) {
    if (event.value().startsWith("no-rate") && !mended) {
      return Decision.dlq("no-rate", "the table of rates ends yesterday");
    }
    if (event.value().startsWith("held") && !mended) {
      return Decision.quarantined("held", "somebody has to look");
    }
    String effect = event.value().startsWith("large") && !mended ? "x".repeat(2_000_000) : "taken";
    return Decision.applied(List.of(new Effect.Emit(OUTPUT, event.id(), effect)));
  }
}
