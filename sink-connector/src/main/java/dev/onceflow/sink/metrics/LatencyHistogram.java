package dev.onceflow.sink.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Durations since the start, in buckets that grow by a quarter each, so a percentile is at most a
 * quarter too high. Constant memory; thread-safe.
 */
final class LatencyHistogram {
  private static final double GROWTH = 1.25;
  private static final double LOG_GROWTH = Math.log(GROWTH);

  /** The last bucket begins at about 20 minutes. */
  private static final int BUCKETS = 64;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  void record(long ms) {
    int bucket = ms <= 1 ? 0 : (int) Math.ceil(Math.log((double) ms) / LOG_GROWTH);
    counts.incrementAndGet(Math.min(BUCKETS - 1, bucket));
  }

  /**
   * The duration in milliseconds that the given share of all durations doesn't exceed; 0 while
   * there is none.
   *
   * @param share from 0 to 1
   */
  double percentileMs(double share) {
    long all = 0;
    for (int i = 0; i < BUCKETS; i++) {
      all += counts.get(i);
    }
    long rank = (long) Math.ceil((double) all * share);
    long seen = 0;
    for (int i = 0; i < BUCKETS && all > 0; i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        return Math.pow(GROWTH, i);
      }
    }
    return 0;
  }
}
