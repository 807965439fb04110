package dev.onceflow.cli.replay;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Holds the consumers of a second run back to a rate, which may change at any time. They wait after
 * they have taken, so a rate is kept on the average and exceeded by one poll at most. Thread-safe.
 */
final class InputPace {
  /** Far below {@code max.poll.interval.ms}: who waits longer is taken for dead. */
  private static final long WAIT_MAX_NS = TimeUnit.SECONDS.toNanos(10);

  private static final double NANOS = 1e9;

  private Optional<Long> perSecond = Optional.empty();
  private long freeNs = System.nanoTime();

  /**
   * @param rate records a second; empty for no limit
   */
  synchronized void limit(Optional<Long> rate) {
    perSecond = rate;
  }

  /** Waits for as long as so many records may take. */
  void take(int records) {
    long waitNs = Math.min(owedNs(records), WAIT_MAX_NS);
    if (waitNs > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(waitNs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized long owedNs(int records) {
    long nowNs = System.nanoTime();
    if (perSecond.isEmpty() || freeNs - nowNs < 0) {
      freeNs = nowNs;
    }
    perSecond.ifPresent(rate -> freeNs += (long) (records * NANOS / rate));
    return freeNs - nowNs;
  }
}
