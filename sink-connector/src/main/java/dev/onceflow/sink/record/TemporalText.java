package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Dates and times as text: ISO 8601 and what PostgreSQL itself writes with DateStyle ISO. Without a
 * zone they are UTC.
 */
final class TemporalText {
  private static final String BEFORE_CHRIST = " BC";
  private static final int MICRO_DIGITS = 6;
  private static final int YEAR_DIGITS_MIN = 4;
  private static final int YEAR_DIGITS_MAX = 9;
  private static final int HOURS_MAX = 24;
  private static final int SIXTY = 60;
  private static final long SECOND_MICROS = 1_000_000;
  private static final int OFFSET_HOURS_MAX = 18;

  /** A time of day with its distance from UTC. */
  record Clock(long micros, int offsetSeconds) {
    /** What UTC has then. */
    long utcMicros() {
      return offsetSeconds == 0
          ? micros
          : Math.floorMod(micros - offsetSeconds * SECOND_MICROS, Times.DAY_MICROS);
    }
  }

  private final String text;
  private final int end;
  private int at;

  private TemporalText(String text) {
    this.text = text.strip();
    this.end =
        this.text.endsWith(BEFORE_CHRIST)
            ? this.text.length() - BEFORE_CHRIST.length()
            : this.text.length();
  }

  /** Unix microseconds; a date without a time is its midnight. */
  static long timestamp(String text) {
    return switch (text) {
      case "infinity" -> CopyBuffer.INFINITY;
      case "-infinity" -> CopyBuffer.MINUS_INFINITY;
      default -> new TemporalText(text).timestamp();
    };
  }

  /** A time of day. */
  static Clock clock(String text) {
    TemporalText parsed = new TemporalText(text);
    Clock clock = new Clock(parsed.time(), parsed.offset());
    parsed.expectEnd();
    return clock;
  }

  private long timestamp() {
    long midnight = Times.microsOfDay(date());
    long micros = 0;
    if (at < end - 1 && (text.charAt(at) == 'T' || (text.charAt(at) == ' ' && isDigit(at + 1)))) {
      at++;
      micros = time();
    }
    micros -= offset() * SECOND_MICROS;
    expectEnd();
    try {
      return Math.addExact(midnight, micros);
    } catch (ArithmeticException e) {
      throw new UnfitValueException("outside PostgreSQL's range of timestamps");
    }
  }

  private long date() {
    int sign = sign();
    int year = number(YEAR_DIGITS_MIN, YEAR_DIGITS_MAX);
    expect('-');
    int month = number(2, 2);
    expect('-');
    int day = number(2, 2);
    int signed = sign < 0 ? -year : year;
    try {
      return LocalDate.of(end < text.length() ? 1 - signed : signed, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw new UnfitValueException("a date that no calendar has");
    }
  }

  private long time() {
    int hours = number(2, 2);
    expect(':');
    int minutes = number(2, 2);
    int seconds = 0;
    long micros = 0;
    if (at < end && text.charAt(at) == ':') {
      at++;
      seconds = number(2, 2);
      if (at < end && (text.charAt(at) == '.' || text.charAt(at) == ',')) {
        at++;
        micros = fraction();
      }
    }
    long all = ((hours * SIXTY + minutes) * SIXTY + seconds) * SECOND_MICROS + micros;
    if (hours > HOURS_MAX || minutes >= SIXTY || seconds >= SIXTY || all > Times.DAY_MICROS) {
      throw new UnfitValueException("a time outside 00:00:00 to 24:00:00");
    }
    return all;
  }

  private long fraction() {
    long micros = 0;
    int digits = 0;
    for (; at < end && isDigit(at); at++, digits++) {
      int digit = text.charAt(at) - '0';
      if (digits < MICRO_DIGITS) {
        micros = micros * 10 + digit;
      } else if (digit != 0) {
        throw new UnfitValueException(
            "has nanoseconds, which PostgreSQL's microseconds would lose");
      }
    }
    if (digits == 0) {
      throw malformed();
    }
    for (; digits < MICRO_DIGITS; digits++) {
      micros *= 10;
    }
    return micros;
  }

  /** Seconds east of UTC. */
  private int offset() {
    if (at < end && text.charAt(at) == ' ') {
      at++;
    }
    if (at == end) {
      return 0;
    }
    if (text.charAt(at) == 'Z' || text.charAt(at) == 'z') {
      at++;
      return 0;
    }
    int sign = sign();
    if (sign == 0) {
      throw malformed();
    }
    int seconds = number(2, 2) * SIXTY * SIXTY;
    for (int unit = SIXTY; unit > 0 && at < end; unit /= SIXTY) {
      if (text.charAt(at) == ':') {
        at++;
      }
      seconds += number(2, 2) * unit;
    }
    if (seconds > OFFSET_HOURS_MAX * SIXTY * SIXTY) {
      throw malformed();
    }
    return sign * seconds;
  }

  private int sign() {
    if (at < end && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
      return text.charAt(at++) == '+' ? 1 : -1;
    }
    return 0;
  }

  private int number(int digitsMin, int digitsMax) {
    int from = at;
    int number = 0;
    for (; at < end && at - from < digitsMax && isDigit(at); at++) {
      number = number * 10 + (text.charAt(at) - '0');
    }
    if (at - from < digitsMin) {
      throw malformed();
    }
    return number;
  }

  private boolean isDigit(int index) {
    return text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private void expect(char c) {
    if (at >= end || text.charAt(at) != c) {
      throw malformed();
    }
    at++;
  }

  private void expectEnd() {
    if (at != end) {
      throw malformed();
    }
  }

  private static UnfitValueException malformed() {
    return new UnfitValueException("no date or time as ISO 8601 writes it");
  }
}
