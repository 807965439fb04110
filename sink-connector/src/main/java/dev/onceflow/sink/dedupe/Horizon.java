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

  private static final int LIVE_RANGES = 16;
  private static final int CHECKS = 64;

  private static final long SLOT_MS = TimeUnit.HOURS.toMillis(1);

  /** Whether nothing is forgotten. */
  public boolean isForever() {
    return ms == FOREVER;
  }

  /**
   * How much time of IDs lies in one partition: IDs of our time in narrow ones, since these are
   * forgotten as a whole; old ones in wide ones, so that a load of many years makes few.
   */
  long widthMs(long idTimeMs, long nowMs) {
    if (isForever()) {
      return END_OF_TIME_MS;
    }
    long narrow = (ms / LIVE_RANGES / SLOT_MS + 1) * SLOT_MS;
    return idTimeMs >= nowMs - ms ? narrow : LIVE_RANGES * narrow;
  }

  /** How much longer than asked for something may be kept, so that little is written about it. */
  long slackMs() {
    return isForever() ? END_OF_TIME_MS : ms / CHECKS;
  }

  /** Whether what arrived last at one time may be forgotten at another. */
  boolean hasPassed(long newestArrivalMs, long clockMs) {
    return !isForever() && clockMs - newestArrivalMs > ms;
  }
}
