package dev.onceflow.testkit.record;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record that a test sends or has read. It doesn't change: sent twice, it is a duplicate byte for
 * byte; {@link #withValue} makes of it one with the same event ID and other content; {@link
 * #arriving} makes it late.
 *
 * @param key its key
 * @param value its value
 * @param headers its headers, not to be changed
 * @param arrival its Kafka timestamp; null in one to be sent that arrives when the job's clock says
 * @param <K> type of the key
 * @param <V> type of the value
 */
public record Message<K, V>(K key, V value, Headers headers, Instant arrival) {
  /** The header of the event ID. */
  private static final String EVENT_ID = "ce_id";

  /** A record without headers. */
  public static <K, V> Message<K, V> of(K key, V value) {
    return new Message<>(key, value, new RecordHeaders(), null);
  }

  /** This record as an event with this ID, in the header {@code ce_id}. */
  public Message<K, V> withId(String eventId) {
    return withHeader(EVENT_ID, eventId);
  }

  /** This record with a header in place of those of the same name. */
  public Message<K, V> withHeader(String name, String text) {
    Headers changed = new RecordHeaders(headers);
    changed.remove(name);
    changed.add(name, text.getBytes(StandardCharsets.UTF_8));
    return new Message<>(key, value, changed, arrival);
  }

  /** This record with another value: the same event ID, altered. */
  public Message<K, V> withValue(V other) {
    return new Message<>(key, other, headers, arrival);
  }

  /** This record with this Kafka timestamp, which may lie before those that were sent already. */
  public Message<K, V> arriving(Instant when) {
    return new Message<>(key, value, headers, when);
  }

  /** The last header of this name as text; null if there is none. */
  public String header(String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
