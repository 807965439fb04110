package dev.onceflow.streams.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a job may start over, and when: at most so many times within a sliding window, after
 * pauses that double with each. Threads that fail while one waits are replaced when its pause is
 * over, and count with it: they fail for the same outage, or for the task that the first one lost.
 * So it counts the same however many threads there are. Safe for use by many threads.
 */
final class RestartBudget {
  private static final long PAUSE_FIRST_MS = 250;
  private static final long PAUSE_MAX_MS = 30_000;
  private static final int DOUBLINGS_MAX = 7;

  private final int restartsMax;
  private final long windowMs;
  private final Deque<Long> spentAtMs = new ArrayDeque<>();
  private long pausedUntilMs = Long.MIN_VALUE;

  RestartBudget(int restartsMax, Duration window) {
    this.restartsMax = restartsMax;
    this.windowMs = window.toMillis();
  }

  /**
   * When to replace a thread that failed.
   *
   * @return how long to wait, ms; empty where all restarts are spent
   */
  synchronized OptionalLong pauseMs(long nowMs) {
    if (nowMs < pausedUntilMs) {
      // Not longer than a pause can be, even if the clock was set back.
      return OptionalLong.of(Math.min(PAUSE_MAX_MS, pausedUntilMs - nowMs));
    }
    while (!spentAtMs.isEmpty() && spentAtMs.peekFirst() <= nowMs - windowMs) {
      spentAtMs.removeFirst();
    }
    if (spentAtMs.size() >= restartsMax) {
      return OptionalLong.empty();
    }
    int doublings = Math.min(DOUBLINGS_MAX, spentAtMs.size());
    long longestMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS << doublings);
    // A quarter of it is left to chance, so that instances that failed together part.
    long pauseMs = longestMs - ThreadLocalRandom.current().nextLong(longestMs / 4 + 1);
    spentAtMs.addLast(nowMs);
    pausedUntilMs = nowMs + pauseMs;
    return OptionalLong.of(pauseMs);
  }
}
