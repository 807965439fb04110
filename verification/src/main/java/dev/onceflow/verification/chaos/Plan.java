package dev.onceflow.verification.chaos;

import dev.onceflow.verification.checker.Rules;
import dev.onceflow.verification.cluster.Mode;
import java.time.Duration;

/**
 * What one trial is to do.
 *
 * @param leg its number in the run, from 1
 * @param scale how large
 * @param mode what of exactly-once is left
 * @param schedule which faults
 * @param firstIndex where in the schedule to begin
 * @param phase one by one or at their times
 * @param duration for how long faults are begun
 * @param gap mean time between overlapping faults
 * @param perSecond records a second, on average
 * @param rules what the job is told about forgetting
 */
record Plan(
    int leg,
    Scale scale,
    Mode mode,
    Schedule schedule,
    int firstIndex,
    Phase phase,
    Duration duration,
    Duration gap,
    int perSecond,
    Rules rules) {
  /** So many rounds of a schedule lie between the beginnings of two legs. */
  private static final int ROUNDS_BETWEEN_LEGS = 1_000;

  /** How faults follow each other. */
  enum Phase {
    /** The next one comes when all works again. */
    ISOLATED,
    /** They come at their times, several at once. */
    OVERLAPPING
  }

  /** Where a leg begins in a schedule, so that no two have the same part. */
  static int firstIndex(int leg, Schedule schedule) {
    return (leg - 1) * ROUNDS_BETWEEN_LEGS * schedule.kinds().size();
  }

  /** The load's seed: each leg has events of its own. */
  long loadSeed() {
    return schedule.seed() * 1_000 + leg;
  }
}
