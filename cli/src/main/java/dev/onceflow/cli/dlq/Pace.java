package dev.onceflow.cli.dlq;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps to a number of records a second, on average over the run: it waits before a chunk until the
 * time of what went before is over. Used by one thread.
 */
final class Pace {
  /** What one Kafka transaction takes at most. */
  static final int CHUNK_MAX = 500;

  /** A Kafka transaction must not be open long, since the input's readers wait for its end. */
  private static final int CHUNKS_PER_SECOND = 4;

  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final long perSecond;
  private final LongSupplier nanoTime;
  private final Sleep sleep;
  private long dueNs;

  /** Waits. */
  @FunctionalInterface
  interface Sleep {
    void nanos(long nanos);
  }

  /**
   * @param perSecond records; 0 for as many as can be
   * @param nanoTime the clock
   * @param sleep how to wait
   */
  Pace(long perSecond, LongSupplier nanoTime, Sleep sleep) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.sleep = sleep;
    dueNs = nanoTime.getAsLong();
  }

  /** How many records to take at once. */
  int chunk() {
    return perSecond == 0
        ? CHUNK_MAX
        : (int) Math.max(1, Math.min(CHUNK_MAX, perSecond / CHUNKS_PER_SECOND));
  }

  /** Waits until so many records may go. */
  void await(int records) {
    if (perSecond == 0) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (dueNs > now) {
      sleep.nanos(dueNs - now);
    }
    dueNs = Math.max(dueNs, now) + records * SECOND_NS / perSecond;
  }
}
