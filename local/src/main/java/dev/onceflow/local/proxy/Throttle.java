package dev.onceflow.local.proxy;

import java.util.concurrent.TimeUnit;

/** Shares out so many bytes per second, one way, among a line's connections. */
final class Throttle {
  private static final long UNLIMITED = 0;

  /** Small portions, so that a slow line drips and doesn't gush once in a while. */
  private static final long PORTIONS_PER_SECOND = 20;

  private volatile long bytesPerSecond = UNLIMITED;
  private long freeAtNs;

  synchronized void limit(long newBytesPerSecond) {
    if (newBytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "%d bytes per second: expected at least 1".formatted(newBytesPerSecond));
    }
    bytesPerSecond = newBytesPerSecond;
    freeAtNs = System.nanoTime();
  }

  synchronized void lift() {
    bytesPerSecond = UNLIMITED;
  }

  boolean isLimited() {
    return bytesPerSecond != UNLIMITED;
  }

  /** How many of these bytes to take at once. */
  int portion(int bytes) {
    long limit = bytesPerSecond;
    return limit == UNLIMITED
        ? bytes
        : (int) Math.min(bytes, Math.max(1, limit / PORTIONS_PER_SECOND));
  }

  /** Takes a turn; the answer is how long to wait for it. */
  synchronized long reserveNs(int bytes) {
    if (bytesPerSecond == UNLIMITED) {
      return 0;
    }
    long nowNs = System.nanoTime();
    long busyNs = Math.max(0, freeAtNs - nowNs);
    long waitNs = busyNs + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    freeAtNs = nowNs + waitNs;
    return waitNs;
  }
}
