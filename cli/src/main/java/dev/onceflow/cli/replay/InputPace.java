package dev.onceflow.cli.replay;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Holds the consumers of a second run back to a rate, which may change at any time. They wait after
 * they have taken, so a rate is kept on the average and exceeded by one poll at most; where one
 * poll owes more than consumers may wait, the rest is forgotten. Thread-safe.
 */
final class InputPace {
  /** Far below {@code max.poll.interval.ms}: who waits longer is taken for dead. */
  private static final long WAIT_MAX_NS = TimeUnit.SECONDS.toNanos(10);

  private static final double NANOS = 1e9;

  private final LongSupplier clockNs;
  private Optional<Long> perSecond = Optional.empty();
  private long freeNs;

  InputPace() {
    this(System::nanoTime);
  }

  /**
   * @param clockNs as {@link System#nanoTime}
   */
  InputPace(LongSupplier clockNs) {
    this.clockNs = clockNs;
    this.freeNs = clockNs.getAsLong();
  }

  /**
   * Holds at once, also for those who wait: what is owed at the rate of before is forgotten.
   *
   * @param rate records a second; empty for no limit
   */
  synchronized void limit(Optional<Long> rate) {
    if (!rate.equals(perSecond)) {
      perSecond = rate;
      freeNs = clockNs.getAsLong();
      notifyAll();
    }
  }

  /** Waits for as long as so many records may take, or until the rate is changed. */
  synchronized void take(int records) {
    Optional<Long> rate = perSecond;
    long untilNs = clockNs.getAsLong() + owedNs(records);
    try {
      for (long waitNs = untilNs - clockNs.getAsLong();
          waitNs > 0 && rate.equals(perSecond);
          waitNs = untilNs - clockNs.getAsLong()) {
        TimeUnit.NANOSECONDS.timedWait(this, waitNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long to wait where so many more are taken; not above what a consumer may wait. */
  synchronized long owedNs(int records) {
    long nowNs = clockNs.getAsLong();
    if (perSecond.isEmpty() || freeNs - nowNs < 0) {
      freeNs = nowNs;
    }
    perSecond.ifPresent(rate -> freeNs += (long) (records * NANOS / rate));
    // Nobody waits for more: kept, it would only hold back polls that take nothing.
    freeNs = nowNs + Math.min(freeNs - nowNs, WAIT_MAX_NS);
    return freeNs - nowNs;
  }
}
