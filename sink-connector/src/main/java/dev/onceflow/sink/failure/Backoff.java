package dev.onceflow.sink.failure;

import java.util.random.RandomGenerator;

/** Waits that double from a first to a longest one, with half of each drawn at random. */
public final class Backoff {
  private final long firstMs;
  private final long maxMs;
  private final RandomGenerator random;
  private long currentMs;

  /** Begins with a wait of about {@code firstMs}. */
  public Backoff(long firstMs, long maxMs, RandomGenerator random) {
    this.firstMs = firstMs;
    this.maxMs = maxMs;
    this.random = random;
    this.currentMs = firstMs;
  }

  /** How long to wait now; the next wait is twice as long. */
  public long nextMs() {
    long waitMs = currentMs / 2 + random.nextLong(currentMs / 2 + 1);
    currentMs = Math.min(maxMs, currentMs * 2);
    return waitMs;
  }

  /** After a success: begin again with the first wait. */
  public void reset() {
    currentMs = firstMs;
  }
}
