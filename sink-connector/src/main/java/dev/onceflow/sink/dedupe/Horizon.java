package dev.onceflow.sink.dedupe;

import java.util.concurrent.TimeUnit;

/**
 * How long after its arrival an event ID is remembered at least, and what follows from that for the
 * layout of the memory. All times are in milliseconds.
 *
 * @param ms at least 1, or {@link #FOREVER}
 */
public record Horizon(long ms) {
  /** Nothing is forgotten. */
  public static final long FOREVER = -1;

  /** The times inside of UUIDv7 end before that. */
  static final long END_OF_TIME_MS = 1L << 48;

  /** Each is a table and an index, locked until the transaction's end. */
  static final int TRANSACTION_PARTITIONS_MAX = 32;

  private static final int LIVE_RANGES = 16;
  private static final int CHECKS = 64;

  private static final int OVERDUE_PART = 16;

  private static final long DROP_TIMEOUT_MS = 2_000;
  private static final long DROP_TIMEOUT_MAX_MS = 30_000;
  private static final long SLOT_MS = TimeUnit.HOURS.toMillis(1);

  /** Whether nothing is forgotten. */
  public boolean isForever() {
    return ms == FOREVER;
  }

  /**
   * How much time of IDs lies in one partition: a sixteenth of the horizon, since it is forgotten
   * as a whole, and of old IDs up to a sixteenth of their age, so that a load of many years makes
   * few partitions however short the horizon is: a statement over the memory locks all of them.
   * Each width is twice another one, so that partitions of different ages meet without gaps.
   */
  long widthMs(long idTimeMs, long nowMs) {
    if (isForever()) {
      return END_OF_TIME_MS;
    }
    long narrow = (ms / LIVE_RANGES / SLOT_MS + 1) * SLOT_MS;
    long width = narrow;
    while (nowMs - idTimeMs >= 2 * LIVE_RANGES * width) {
      width *= 2;
    }
    return width;
  }

  /** How much longer than asked for something may be kept, so that little is written about it. */
  long slackMs() {
    return isForever() ? END_OF_TIME_MS : ms / CHECKS;
  }

  /** Whether what arrived last at one time may be forgotten at another. */
  boolean hasPassed(long newestArrivalMs, long clockMs) {
    return !isForever() && overdueMs(newestArrivalMs, clockMs) > 0;
  }

  /** For how long it could have been forgotten already. */
  long overdueMs(long newestArrivalMs, long clockMs) {
    return clockMs - newestArrivalMs - ms;
  }

  /** Whether that is so long that somebody should know: a few looks were in vain. */
  boolean isLongOverdue(long overdueMs) {
    return overdueMs > ms / OVERDUE_PART;
  }

  /** How long to wait for batches to let go of the memory: they wait behind it, so not at once. */
  long dropTimeoutMs(long overdueMs) {
    long looks = overdueMs / Math.max(1, slackMs());
    return Math.min(DROP_TIMEOUT_MAX_MS, DROP_TIMEOUT_MS * (1 + looks));
  }
}
