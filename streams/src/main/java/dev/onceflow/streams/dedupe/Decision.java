package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.verdict.Outcome;
import java.util.List;

/**
 * What a handler decided about an event that is new.
 *
 * @param outcome what becomes of the event
 * @param reason for events that go aside: a short name to count by
 * @param detail for events that go aside: for people
 * @param effects what is done, in this order, all of it or nothing
 */
public record Decision(Outcome outcome, String reason, String detail, List<Effect> effects) {
  /** Checks what the factory methods can't say. */
  public Decision {
    if (outcome == Outcome.DUPLICATE) {
      throw new IllegalArgumentException(
          "a handler sees new events only: it can't find duplicates");
    }
    effects = List.copyOf(effects);
  }

  /** The event takes effect. */
  public static Decision applied(List<Effect> effects) {
    return new Decision(Outcome.APPLIED, null, null, effects);
  }

  /** A business rule says no, and the effects say so. */
  public static Decision rejected(List<Effect> effects) {
    return new Decision(Outcome.REJECTED, null, null, effects);
  }

  /** The event can't be decided: it goes whole to the quarantine, and can be released. */
  public static Decision quarantined(String reason, String detail) {
    return new Decision(Outcome.QUARANTINED, reason, detail, List.of());
  }

  /** The event can't be processed: it goes whole to the dead letters, and can be redriven. */
  public static Decision dlq(String reason, String detail) {
    return new Decision(Outcome.DLQ, reason, detail, List.of());
  }
}
