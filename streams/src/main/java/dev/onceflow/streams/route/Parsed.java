package dev.onceflow.streams.route;

/**
 * What a decoder makes of a record.
 *
 * @param <V> what events say
 */
public sealed interface Parsed<V> {
  /**
   * The record is an event.
   *
   * @param eventId its event ID, not empty
   * @param value what it says
   * @param <V> what events say
   */
  record Ok<V>(String eventId, V value) implements Parsed<V> {}

  /**
   * The record can't be an event.
   *
   * @param reason a short name, stable enough to count by
   * @param detail for people: which field, what was expected
   * @param <V> what events say
   */
  record Bad<V>(String reason, String detail) implements Parsed<V> {}
}
