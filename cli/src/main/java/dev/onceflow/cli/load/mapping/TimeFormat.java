package dev.onceflow.cli.load.mapping;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.chrono.IsoEra;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * How a time is written. Dates that don't exist (31 February) are no times; in the hour that a
 * clock change repeats the earlier one is taken, in the hour that it skips the later one (as
 * java.time does).
 */
final class TimeFormat {
  private static final int MILLIS_SCALE = 3;

  private final String description;
  private final Parser parser;

  private interface Parser {
    Instant parse(String text);
  }

  private TimeFormat(String description, Parser parser) {
    this.description = description;
    this.parser = parser;
  }

  /**
   * @param format {@code iso}, {@code epoch-seconds}, {@code epoch-millis}, or a pattern of
   *     java.time
   * @param zone where times without a zone were written down, or null
   * @throws IllegalArgumentException if it is none of these, or needs a zone and has none
   */
  static TimeFormat of(String format, ZoneId zone) {
    return switch (format) {
      case "epoch-seconds" -> new TimeFormat(format, text -> epoch(text, MILLIS_SCALE));
      case "epoch-millis" -> new TimeFormat(format, text -> epoch(text, 0));
      case "iso" ->
          new TimeFormat(
              zone == null ? "iso, with a zone" : format,
              text -> instant(DateTimeFormatter.ISO_DATE_TIME, text, zone));
      default -> pattern(format, zone);
    };
  }

  private static TimeFormat pattern(String pattern, ZoneId zone) {
    DateTimeFormatter formatter;
    try {
      formatter =
          new DateTimeFormatterBuilder()
              .parseCaseInsensitive()
              .appendPattern(pattern)
              .parseDefaulting(ChronoField.ERA, IsoEra.CE.getValue()) // so that y works as u does
              .toFormatter(Locale.ENGLISH)
              .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is not a time format: give iso, epoch-seconds, epoch-millis, or a pattern such as dd/MM/yyyy HH:mm (%s)"
              .formatted(pattern, e.getMessage()),
          e);
    }
    boolean zoned = pattern.replaceAll("'[^']*'", "").matches(".*[VzOXxZ].*");
    if (!zoned && zone == null) {
      throw new IllegalArgumentException(
          "'%s' has no zone in it: say where it was written down with zone, such as Europe/London or UTC"
              .formatted(pattern));
    }
    return new TimeFormat(pattern, text -> instant(formatter, text, zone));
  }

  /**
   * The time that a text stands for, in whole milliseconds, which is what an event keeps.
   *
   * @throws IllegalArgumentException if it is none in this format, or further away than 64 bits of
   *     milliseconds
   */
  Instant parse(String text) {
    try {
      return Instant.ofEpochMilli(parser.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is not a time in the format %s".formatted(text, description), e);
    }
  }

  private static Instant instant(DateTimeFormatter formatter, String text, ZoneId zone) {
    TemporalAccessor parsed =
        formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
    if (parsed instanceof ZonedDateTime zoned) {
      return zoned.toInstant();
    }
    if (zone == null) {
      throw new DateTimeException("no zone");
    }
    return parsed instanceof LocalDateTime local
        ? local.atZone(zone).toInstant()
        : LocalDate.from(parsed).atStartOfDay(zone).toInstant();
  }

  private static Instant epoch(String text, int scale) {
    return Instant.ofEpochMilli(
        new BigDecimal(text).movePointRight(scale).toBigInteger().longValueExact());
  }
}
