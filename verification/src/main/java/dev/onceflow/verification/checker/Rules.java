package dev.onceflow.verification.checker;

/**
 * What the job was told about forgetting and sizes.
 *
 * @param horizonMs for how long after its arrival an event ID is remembered, or {@link #FOREVER}
 * @param skewMaxMs how far the time inside an event ID may be ahead of its record's timestamp
 * @param outputBytesMax the largest record that an event may lead to
 */
public record Rules(long horizonMs, long skewMaxMs, int outputBytesMax) {
  /** The horizon of a memory that forgets nothing. */
  public static final long FOREVER = -1;

  /** What the job takes where it is told nothing, but for a memory without an end. */
  public static final Rules DEFAULTS = new Rules(FOREVER, 300_000, 1_000_000);

  private static final int BUCKETS_OF_HORIZON = 32;

  /** Checks the values. */
  public Rules {
    if (horizonMs <= 0 && horizonMs != FOREVER) {
      throw new IllegalArgumentException(
          "horizonMs is %d, expected more than 0, or -1 for ever".formatted(horizonMs));
    }
  }

  /** Whether nothing is ever forgotten. */
  public boolean isForever() {
    return horizonMs == FOREVER;
  }

  /** These rules with a memory that ends. */
  public Rules withHorizon(long horizonMs) {
    return new Rules(horizonMs, skewMaxMs, outputBytesMax);
  }

  /** These rules with another limit for IDs that are ahead. */
  public Rules withSkew(long skewMaxMs) {
    return new Rules(horizonMs, skewMaxMs, outputBytesMax);
  }

  /**
   * Whether what came at {@code arrivalMs} is forgotten when the clock shows {@code clockMs}: the
   * clock has passed the end of its bucket by the horizon.
   */
  boolean isForgotten(long arrivalMs, long clockMs) {
    if (horizonMs == FOREVER) {
      return false;
    }
    long widthMs = Math.max(1, horizonMs / BUCKETS_OF_HORIZON);
    long endMs = (arrivalMs / widthMs + 1) * widthMs;
    return clockMs - endMs >= horizonMs;
  }
}
