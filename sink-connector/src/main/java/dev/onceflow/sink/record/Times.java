package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;

/**
 * Units of time. What doesn't go into microseconds without a rest is refused, and so is what 64
 * bits of microseconds don't hold.
 */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class Times {
  static final long DAY_MICROS = 86_400_000_000L;

  private static final long DAY_MS = 86_400_000L;
  private static final long MILLI_MICROS = 1_000;
  private static final long MICRO_NANOS = 1_000;

  private Times() {}

  static long number(Object value) {
    return ((Number) value).longValue();
  }

  /** Unix microseconds as they are; the two that mean infinity elsewhere are none here. */
  static long micros(Object value) {
    long micros = number(value);
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      throw outside();
    }
    return micros;
  }

  static long microsOfMillis(Object value) {
    return microsOfMillis(number(value));
  }

  static long microsOfNanos(Object value) {
    long nanos = number(value);
    if (nanos % MICRO_NANOS != 0) {
      throw new UnfitValueException("has nanoseconds, which PostgreSQL's microseconds would lose");
    }
    return nanos / MICRO_NANOS;
  }

  static long dayOfDate(Object value) {
    return Math.floorDiv(((java.util.Date) value).getTime(), DAY_MS);
  }

  static long timeOfDate(Object value) {
    return microsOfMillis(((java.util.Date) value).getTime());
  }

  static long microsOfDate(Object value) {
    return microsOfMillis(((java.util.Date) value).getTime());
  }

  /** The midnight that the day begins with. */
  static long microsOfDay(long unixDay) {
    if (unixDay > Long.MAX_VALUE / DAY_MICROS || unixDay < Long.MIN_VALUE / DAY_MICROS) {
      throw outside();
    }
    return unixDay * DAY_MICROS;
  }

  private static long microsOfMillis(long ms) {
    if (ms > Long.MAX_VALUE / MILLI_MICROS || ms < Long.MIN_VALUE / MILLI_MICROS) {
      throw outside();
    }
    return ms * MILLI_MICROS;
  }

  private static UnfitValueException outside() {
    return new UnfitValueException("outside PostgreSQL's range of timestamps");
  }
}
