package dev.onceflow.streams.route;

/**
 * What a decoder makes of a record.
 *
 * @param <V> what events say
 */
public sealed interface Parsed<V> {
  /** The time of an event of which nothing is known but what its ID says. */
  long NO_TIME = -1;

  /**
   * The record is an event.
   *
   * @param eventId its event ID, not empty
   * @param value what it says
   * @param timeMs when the event happened, in Unix milliseconds, where the IDs of what it leads to
   *     take that time if its own ID has none inside: then it is judged as the time inside an ID
   *     is. It must be the same in all copies. {@link #NO_TIME} where no ID takes it
   * @param <V> what events say
   */
  record Ok<V>(String eventId, V value, long timeMs) implements Parsed<V> {
    /** Checks the time. */
    public Ok {
      if (timeMs < NO_TIME) {
        throw new IllegalArgumentException(
            "timeMs of event %s is %d, expected 0 or more, or %d for none"
                .formatted(eventId, timeMs, NO_TIME));
      }
    }

    /** An event whose ID alone says when it was made, or doesn't. */
    public Ok(String eventId, V value) {
      this(eventId, value, NO_TIME);
    }
  }

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
