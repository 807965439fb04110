package dev.onceflow.verification.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one fault.
 *
 * @param index its place in the schedule
 * @param kind its name
 * @param number its number in the list
 * @param group what it was done to
 * @param victim whom it struck, or empty where it found nobody
 * @param started when it struck
 * @param bittenAt when its effect was observed, or null
 * @param bite the effect in words, or what was missing
 * @param ended when it ended
 * @param recoveredAt when the whole path worked again on every partition, or null
 * @param attempts how often it was tried
 */
record FaultRecord(
    int index,
    String kind,
    int number,
    String group,
    String victim,
    Instant started,
    Instant bittenAt,
    String bite,
    Instant ended,
    Instant recoveredAt,
    int attempts) {
  boolean isBitten() {
    return bittenAt != null;
  }

  /** From its end to when all worked again. */
  Optional<Duration> recovery() {
    return recoveredAt == null
        ? Optional.empty()
        : Optional.of(Duration.between(ended, recoveredAt));
  }

  @Override
  public String toString() {
    return "%s %s: %s; %s"
        .formatted(
            kind,
            victim,
            (isBitten() ? "" : "NOT BITTEN: ") + bite,
            recovery()
                .map(time -> "recovered in %.1f s".formatted(time.toMillis() / 1_000.0))
                .orElse("NOT RECOVERED"));
  }
}
