package dev.onceflow.verification.report;

import java.util.Locale;

/**
 * Where a moment stands in a picture: in parts of its width, whatever that is.
 *
 * @param from the left end, in seconds of the run
 * @param to the right end
 */
record TimeAxis(double from, double to) {
  /** Width of the coordinates in which paths are drawn. */
  static final int GRID = 4_000;

  /** The narrowest picture in which no label may meet another, in pixels. */
  private static final double NARROWEST = 540;

  private static final double LETTER = 6.2;
  private static final int[] TICKS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400
  };

  double seconds() {
    return to - from;
  }

  /** Seconds between two ticks, so that there are nine at most. */
  int tickSeconds() {
    for (int tick : TICKS) {
      if (seconds() / tick <= 9) {
        return tick;
      }
    }
    return (int) Math.ceil(seconds() / 9);
  }

  boolean holds(double second) {
    return second >= from && second <= to;
  }

  /** As an attribute; what is outside stands at the edge. */
  String percent(double second) {
    return decimal(part(second) * 100) + "%";
  }

  /** How much of the width a stretch takes, as an attribute. */
  String width(double start, double end) {
    return decimal((part(end) - part(start)) * 100) + "%";
  }

  /** In the coordinates of a path; what is outside stands at the edge. */
  long x(double second) {
    return Math.round(part(second) * GRID);
  }

  double part(double second) {
    return Math.min(1, Math.max(0, (second - from) / seconds()));
  }

  /** How many letters a stretch has room for in the narrowest picture. */
  int letters(double start, double end) {
    return (int) ((part(end) - part(start)) * NARROWEST / LETTER);
  }

  /** How long so many pixels are in the narrowest picture. */
  double secondsOf(double pixels) {
    return pixels / NARROWEST * seconds();
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceAll("\\.?0+$", "");
  }
}
