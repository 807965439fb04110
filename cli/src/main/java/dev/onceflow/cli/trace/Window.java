package dev.onceflow.cli.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which records are read, by their timestamps.
 *
 * @param from the first time; empty for the log's beginning
 * @param to the first time that is not read any more; empty for its end
 * @param why how it came about, for people
 */
record Window(Optional<Instant> from, Optional<Instant> to, String why) {
  /** By how much a producer's clock may be ahead of the broker's. */
  static final Duration BEFORE = Duration.ofMinutes(10);

  /** How long after it was minted an event usually arrives. */
  static final Duration AFTER = Duration.ofHours(1);

  static Window everything() {
    return new Window(Optional.empty(), Optional.empty(), "all that there is");
  }

  static Window around(Instant time, String why) {
    return new Window(Optional.of(time.minus(BEFORE)), Optional.of(time.plus(AFTER)), why);
  }

  /** The same, but from {@code time} on. */
  Window from(Instant time) {
    return new Window(Optional.of(time), to, why);
  }

  String text() {
    return "%s to %s (%s)"
        .formatted(
            from.map(Instant::toString).orElse("the beginning"),
            to.map(Instant::toString).orElse("the end"),
            why);
  }
}
