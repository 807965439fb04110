package dev.onceflow.streams.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often a job may start a failed thread over: at most so many times within a sliding window.
 * Safe for use by many threads.
 */
final class RestartBudget {
  private static final long BACKOFF_FIRST_MS = 250;
  private static final long BACKOFF_MAX_MS = 8_000;
  private static final int DOUBLINGS_MAX = 5;

  private final int restartsMax;
  private final long windowMs;
  private final Deque<Long> spentAtMs = new ArrayDeque<>();

  RestartBudget(int restartsMax, Duration window) {
    this.restartsMax = restartsMax;
    this.windowMs = window.toMillis();
  }

  /**
   * Spends one restart.
   *
   * @return whether there was one left
   */
  synchronized boolean spend(long nowMs) {
    while (!spentAtMs.isEmpty() && spentAtMs.peekFirst() <= nowMs - windowMs) {
      spentAtMs.removeFirst();
    }
    if (spentAtMs.size() >= restartsMax) {
      return false;
    }
    spentAtMs.addLast(nowMs);
    return true;
  }

  /** How long to wait before the restart that was spent last: doubles with each in the window. */
  synchronized long backoffMs() {
    int doublings = Math.min(DOUBLINGS_MAX, Math.max(0, spentAtMs.size() - 1));
    return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS << doublings);
  }
}
