package dev.onceflow.streams.dedupe;

/**
 * What dedupe says of an event before it is handled. The memory of this first form forgets nothing,
 * so nothing is unprovable yet.
 */
public enum Verdict {
  /** The event ID was not decided before, or went aside and is redriven. */
  NEW,
  /** The event ID was applied or rejected before, with the same content. */
  DUPLICATE,
  /** The event ID was applied or rejected before, with other content. */
  ALTERED
}
