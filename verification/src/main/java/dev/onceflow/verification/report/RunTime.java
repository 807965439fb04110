package dev.onceflow.verification.report;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Places of a run's moments on one axis: the legs one behind the other, without the pauses. */
final class RunTime {
  private final Map<Integer, Leg> legs = new HashMap<>();
  private final Map<Integer, Double> startSeconds = new HashMap<>();
  private final double seconds;

  RunTime(List<Leg> legs) {
    double next = 0;
    for (Leg leg : legs) {
      this.legs.put(leg.number(), leg);
      startSeconds.put(leg.number(), next);
      next += secondsOf(leg.length());
    }
    seconds = next;
  }

  /** How long the axis is. */
  double seconds() {
    return seconds;
  }

  double start(Leg leg) {
    return startSeconds.get(leg.number());
  }

  double end(Leg leg) {
    return start(leg) + secondsOf(leg.length());
  }

  double of(Sample sample) {
    return within(sample.leg(), sample.second());
  }

  double struck(Fault fault) {
    return of(fault, fault.struckAt());
  }

  /** When the fault was there no more; if it was never lifted, the leg's end. */
  double ended(Fault fault) {
    return Math.max(
        struck(fault),
        fault.endedAt() == null ? end(legs.get(fault.leg())) : of(fault, fault.endedAt()));
  }

  /** When it was recovered from; if it never was, the leg's end. */
  double recovered(Fault fault) {
    return Math.max(
        struck(fault),
        fault.recoveredAt() == null ? end(legs.get(fault.leg())) : of(fault, fault.recoveredAt()));
  }

  double bitten(Fault fault) {
    return of(fault, fault.bittenAt());
  }

  private double of(Fault fault, Instant moment) {
    return within(
        fault.leg(), secondsOf(Duration.between(legs.get(fault.leg()).startedAt(), moment)));
  }

  /** What happened just outside its leg (a last reading, say) is shown at the leg's edge. */
  private double within(int leg, double second) {
    double length = secondsOf(legs.get(leg).length());
    return startSeconds.get(leg) + Math.min(Math.max(second, 0), length);
  }

  private static double secondsOf(Duration length) {
    return length.toMillis() / 1_000.0;
  }
}
