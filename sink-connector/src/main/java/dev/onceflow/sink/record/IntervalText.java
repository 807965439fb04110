package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Time spans as text: ISO 8601 ({@code P1Y2M3DT4H5M6.7S}, any part with a sign) and what PostgreSQL
 * writes ({@code 1 year 2 mons 3 days 04:05:06.7}). Only seconds may have a fraction.
 */
final class IntervalText {
  private static final String NUMBER = "([-+]?\\d{1,18})";
  private static final String SECONDS = "([-+]?\\d{1,12}(?:[.,]\\d{1,18})?)";
  private static final Pattern ISO =
      Pattern.compile(
          "([-+]?)P(?:%1$sY)?(?:%1$sM)?(?:%1$sW)?(?:%1$sD)?(?:T(?:%1$sH)?(?:%1$sM)?(?:%2$sS)?)?"
              .formatted(NUMBER, SECONDS));
  private static final Pattern CLOCK =
      Pattern.compile("([-+]?)(\\d{1,10}):(\\d{2})(?::(\\d{2}(?:\\.\\d{1,18})?))?");
  private static final int YEAR_MONTHS = 12;
  private static final int WEEK_DAYS = 7;
  private static final int MICRO_DIGITS = 6;
  private static final long MINUTE_MICROS = 60_000_000;
  private static final long HOUR_MICROS = 60 * MINUTE_MICROS;

  /** What PostgreSQL keeps apart. */
  record Parts(int months, int days, long micros) {}

  private long months;
  private long days;
  private long micros;

  private IntervalText() {}

  static Parts parse(String text) {
    IntervalText interval = new IntervalText();
    try {
      Matcher iso = ISO.matcher(text.strip());
      if (iso.matches()) {
        interval.addIso(iso);
      } else {
        interval.addWords(text.strip().toLowerCase(Locale.ROOT).split("\\s+"));
      }
      return new Parts(
          Math.toIntExact(interval.months), Math.toIntExact(interval.days), interval.micros);
    } catch (ArithmeticException e) {
      throw new UnfitValueException("outside PostgreSQL's range of intervals");
    }
  }

  private void addIso(Matcher iso) {
    boolean isNegative = iso.group(1).equals("-");
    String[] units = {"year", "month", "week", "day", "hour", "minute", "second"};
    boolean isEmpty = true;
    for (int i = 0; i < units.length; i++) {
      String number = iso.group(i + 2);
      if (number != null) {
        BigDecimal value = new BigDecimal(number.replace(',', '.'));
        add(isNegative ? value.negate() : value, units[i]);
        isEmpty = false;
      }
    }
    if (isEmpty) {
      throw malformed();
    }
  }

  private void addWords(String[] words) {
    for (int i = 0; i < words.length; i++) {
      Matcher clock = CLOCK.matcher(words[i]);
      if (clock.matches()) {
        boolean isNegative = clock.group(1).equals("-");
        addSigned(clock.group(2), "hour", isNegative);
        addSigned(clock.group(3), "minute", isNegative);
        addSigned(clock.group(4) == null ? "0" : clock.group(4), "second", isNegative);
      } else if (words[i].matches(SECONDS) && i + 1 < words.length) {
        add(new BigDecimal(words[i]), words[++i].replaceAll("s$", ""));
      } else {
        throw malformed();
      }
    }
  }

  private void addSigned(String number, String unit, boolean isNegative) {
    BigDecimal value = new BigDecimal(number);
    add(isNegative ? value.negate() : value, unit);
  }

  private void add(BigDecimal value, String unit) {
    switch (unit) {
      case "year", "yr", "y" -> months = sum(months, value, YEAR_MONTHS);
      case "month", "mon" -> months = sum(months, value, 1);
      case "week", "w" -> days = sum(days, value, WEEK_DAYS);
      case "day", "d" -> days = sum(days, value, 1);
      case "hour", "hr", "h" -> micros = sum(micros, value, HOUR_MICROS);
      case "minute", "min", "m" -> micros = sum(micros, value, MINUTE_MICROS);
      case "second", "sec", "" -> micros = sum(micros, wholeMicros(value), 1);
      default -> throw malformed();
    }
  }

  private static long sum(long before, BigDecimal value, long unit) {
    if (value.stripTrailingZeros().scale() > 0) {
      throw malformed();
    }
    return Math.addExact(before, Math.multiplyExact(value.longValueExact(), unit));
  }

  private static BigDecimal wholeMicros(BigDecimal seconds) {
    BigDecimal micros = seconds.movePointRight(MICRO_DIGITS).stripTrailingZeros();
    if (micros.scale() > 0) {
      throw new UnfitValueException("has nanoseconds, which PostgreSQL's microseconds would lose");
    }
    return micros;
  }

  /** In ISO 8601. */
  static String ofMicros(long micros) {
    return "PT"
        + BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros().toPlainString()
        + "S";
  }

  private static UnfitValueException malformed() {
    return new UnfitValueException("no time span as ISO 8601 or PostgreSQL writes it");
  }
}
