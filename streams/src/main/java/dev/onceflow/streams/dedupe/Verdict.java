package dev.onceflow.streams.dedupe;

/**
 * What dedupe says of an event before it is handled.
 *
 * <p>It depends only on the order of the input and on its records' timestamps: a restart, a replay
 * from the start, and the time at which forgotten entries are really deleted change nothing.
 */
public enum Verdict {
  /** The event ID was not decided before, or went aside and is redriven. */
  NEW,
  /** The event ID was applied or rejected before, with the same content. */
  DUPLICATE,
  /** The event ID was applied or rejected before, with other content. */
  ALTERED,
  /**
   * The event ID isn't known, but its time lies where memory was forgotten: it may have been seen.
   */
  UNPROVABLE,
  /** The time of the event ID is further ahead of its record's than {@code dedupe.skew.max.ms}. */
  FUTURE
}
