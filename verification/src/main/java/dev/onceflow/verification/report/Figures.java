package dev.onceflow.verification.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Figures and words as a report shows them: the same in text and on the page. */
final class Figures {
  private static final long HOUR_MS = 3_600_000;
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Figures() {}

  /** 1,234,567. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A number with what it counts: 1 leg, 2 legs. */
  static String count(long value, String one) {
    return count(value) + " " + one + (value == 1 ? "" : "s");
  }

  /** A rate: with one digit behind the point where it is below ten. */
  static String rate(double value) {
    return value > 0 && value < 9.95
        ? String.format(Locale.ROOT, "%.1f", value)
        : count(Math.round(value));
  }

  /** 0.35 s, 4.2 s, 1 min 12 s, 4 h 0 min. */
  static String span(long millis) {
    if (millis < 995) {
      return String.format(Locale.ROOT, "%.2f s", millis / 1_000.0);
    }
    if (millis < 99_950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    if (millis < HOUR_MS) {
      long seconds = Math.round(millis / 1_000.0);
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    long minutes = Math.round(millis / 60_000.0);
    return minutes / 60 + " h " + minutes % 60 + " min";
  }

  static String span(Duration length) {
    return span(length.toMillis());
  }

  /** What isn't there is a dash. */
  static String spanOrDash(Long millis) {
    return millis == null ? "–" : span(millis);
  }

  /** A time in the run: 1:02:03. */
  static String clock(double second) {
    long whole = (long) Math.floor(second);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3_600, whole / 60 % 60, whole % 60);
  }

  /** 2026-11-21 22:05 UTC. */
  static String moment(Instant moment) {
    return MINUTE.format(moment) + " UTC";
  }

  /** 1.5 GiB. */
  static String bytes(long value) {
    double rest = value;
    int unit = 0;
    while (rest >= 1_024 && unit < BYTE_UNITS.length - 1) {
      rest /= 1_024;
      unit++;
    }
    return unit == 0 || rest >= 99.95
        ? String.format(Locale.ROOT, "%.0f %s", rest, BYTE_UNITS[unit])
        : String.format(Locale.ROOT, "%.1f %s", rest, BYTE_UNITS[unit]);
  }

  /** The name of a constant as people read it: {@code AT_LEAST_ONCE} is at-least-once. */
  static String name(String constant) {
    return constant == null ? "?" : constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String name(Answer answer) {
    return answer == null ? "unknown" : name(answer.name());
  }

  /** The middle one of sorted values, of an even number the mean of the middle two. */
  static long median(List<Long> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : Math.round((sorted.get(middle - 1) + sorted.get(middle)) / 2.0);
  }

  /** The next of 1, 2, 3, 4, 5, 6 and 8 times a power of ten at or above a value. */
  static double roundUp(double value) {
    if (!(value > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double step : new double[] {1, 2, 3, 4, 5, 6, 8}) {
      if (value <= step * power * (1 + 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  /**
   * Words from outside on one line, harmless: control characters, also those that turn the
   * direction of writing, and what is no character at all, are shown by their numbers.
   */
  static String visible(String foreign) {
    if (foreign == null) {
      return "";
    }
    StringBuilder shown = new StringBuilder(foreign.length());
    foreign
        .codePoints()
        .forEach(
            point -> {
              int type = Character.getType(point);
              boolean hidden =
                  type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR
                      || (point & 0xFFFE) == 0xFFFE;
              if (point == '\n' || point == '\t') {
                shown.append(' ');
              } else if (hidden) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  /** At most so many characters; what was cut off is shown by an ellipsis. */
  static String cut(String text, int charactersMax) {
    if (text.codePointCount(0, text.length()) <= charactersMax) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, charactersMax - 1)) + "…";
  }
}
