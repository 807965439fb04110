package dev.onceflow.verification.chaos;

import dev.onceflow.verification.checker.Rules;
import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.nemesis.Faults;
import java.time.Duration;
import java.util.List;

/**
 * The trials whose result must be that something is wrong: without them nobody knows that the
 * judgement can say no. Each is struck by those faults that its missing part would have answered.
 */
final class Controls {
  /** Each of its faults comes once all the same: one bite is enough to be caught by. */
  private static final Duration LENGTH = Duration.ofSeconds(1);

  private Controls() {}

  static Plan plan(Mode mode, int leg, Scale scale, long seed, int perSecond) {
    Schedule schedule = new Schedule(seed, Faults.named(faults(mode)));
    return new Plan(
        leg,
        scale,
        mode,
        schedule,
        Plan.firstIndex(leg, schedule),
        Plan.Phase.ISOLATED,
        LENGTH,
        Duration.ZERO,
        perSecond,
        Rules.DEFAULTS);
  }

  private static List<String> faults(Mode mode) {
    return switch (mode) {
      // Without need of a fault: copies come from upstream. But a run has one at least.
      case AT_LEAST_ONCE, DEDUPE_OFF, READ_UNCOMMITTED, BUG_FORGOTTEN_HEADER ->
          List.of("job-killed");
      case FENCE_OFF -> List.of("worker-killed", "worker-paused");
      case OFFSETS_BEFORE_EFFECT -> List.of("worker-killed");
      case BUG_EFFECT_OUTSIDE_TRANSACTION -> List.of("commit-lost");
      case BUG_WRONG_EPOCH -> List.of("worker-paused");
      case EXACTLY_ONCE -> throw new IllegalArgumentException(mode + " is no control");
    };
  }
}
