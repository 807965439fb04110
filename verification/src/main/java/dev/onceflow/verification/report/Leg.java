package dev.onceflow.verification.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A part of a run that went through without a stop.
 *
 * @param number from 1, in the order of time
 * @param phase {@code isolated}, {@code overlapping}, {@code control} ...
 * @param startedAt when its load began
 * @param endedAt when all had come to rest; of an interrupted one the last moment known
 * @param interruption what cut it short; null if it came to its planned end
 * @param command the command that repeats this leg
 * @param differs what was not as in {@link ChaosReport#run()}, by name: another seed, build ...
 */
public record Leg(
    int number,
    String phase,
    Instant startedAt,
    Instant endedAt,
    String interruption,
    String command,
    Map<String, String> differs) {
  /** The phase of a leg in which something is missing that must be caught. */
  public static final String CONTROL = "control";

  /**
   * Checks the order of time.
   *
   * @throws IllegalArgumentException if the leg ends before it starts
   */
  public Leg {
    differs = Copies.of(differs);
    if (startedAt == null || endedAt == null || endedAt.isBefore(startedAt)) {
      throw new IllegalArgumentException(
          "Leg %d starts at %s and ends at %s: expected two times in this order."
              .formatted(number, startedAt, endedAt));
    }
  }

  /** How long it took. */
  public Duration length() {
    return Duration.between(startedAt, endedAt);
  }
}
