package dev.onceflow.outbox.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An event to be published.
 *
 * @param topic where to
 * @param key what it is about: events of one topic and key are published in the order in which
 *     their transactions committed
 * @param eventId minted once and kept by whoever tries again; empty for a new UUIDv7
 * @param type what kind of event it is, {@code ce_type} of CloudEvents
 * @param payload what it says
 * @param headers further headers of the record, as UTF-8
 */
public record OutboxEvent(
    String topic,
    String key,
    Optional<String> eventId,
    Optional<String> type,
    Payload payload,
    Map<String, String> headers) {
  /** Copies the headers. The rest is checked by the database, for callers in any language. */
  public OutboxEvent {
    headers = Map.copyOf(headers);
  }

  /** An event with JSON in it. */
  public static OutboxEvent json(String topic, String key, String json) {
    return of(topic, key, new Payload.Json(json));
  }

  /** An event with bytes in it. */
  public static OutboxEvent bytes(String topic, String key, byte[] bytes) {
    return of(topic, key, new Payload.Bytes(bytes));
  }

  private static OutboxEvent of(String topic, String key, Payload payload) {
    return new OutboxEvent(topic, key, Optional.empty(), Optional.empty(), payload, Map.of());
  }

  /** The same under an event ID of the caller's. */
  public OutboxEvent withEventId(String id) {
    return new OutboxEvent(topic, key, Optional.of(id), type, payload, headers);
  }

  /** The same as an event of a kind. */
  public OutboxEvent withType(String name) {
    return new OutboxEvent(topic, key, eventId, Optional.of(name), payload, headers);
  }

  /** The same with a further header. */
  public OutboxEvent withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new OutboxEvent(topic, key, eventId, type, payload, more);
  }
}
