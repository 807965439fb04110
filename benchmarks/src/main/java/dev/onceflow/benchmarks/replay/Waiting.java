package dev.onceflow.benchmarks.replay;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what must come, for a limited time. */
final class Waiting {
  private static final long LOOK_MS = 50;

  private Waiting() {}

  /**
   * Returns when the condition holds.
   *
   * @throws UserException if it doesn't within the limit
   */
  static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadlineNs) {
        throw new UserException("Waited %d s in vain until %s.".formatted(limit.toSeconds(), what));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
  }
}
