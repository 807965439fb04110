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
   * @param exception what the decoder threw, null where it found the fault itself
   * @param <V> what events say
   */
  record Bad<V>(String reason, String detail, Throwable exception) implements Parsed<V> {
    /** A fault that the decoder found. */
    public Bad(String reason, String detail) {
      this(reason, detail, null);
    }
  }
}
