package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Points of a reading as paths over a time axis, {@link TimeAxis#GRID} wide and {@link #HEIGHT}
 * high, zero below. Gaps stay gaps. Paths are in steps from point to point, which are short to
 * write.
 *
 * @param axis the time
 * @param top the value at the upper edge; what is above stands there
 * @param points in the order of time
 */
record StripPath(TimeAxis axis, double top, List<Point> points) {
  /** Height of the coordinates: half of a pixel at most. */
  static final int HEIGHT = 100;

  /** The averages, joined by a line. */
  String line() {
    Steps path = new Steps();
    for (List<Point> stretch : stretches()) {
      path.start(x(stretch.get(0)), y(stretch.get(0).mean()));
      // A single reading between gaps is a dot: a line with round ends and no length.
      stretch.forEach(point -> path.to(x(point), y(point.mean())));
    }
    return path.toString();
  }

  /** From the least to the greatest. */
  String band() {
    Steps path = new Steps();
    for (List<Point> stretch : stretches()) {
      upperEdge(path, stretch);
      for (int i = stretch.size() - 1; i >= 0; i--) {
        path.to(x(stretch.get(i)), y(stretch.get(i).min()));
      }
      path.close();
    }
    return path.toString();
  }

  /** From zero to the greatest. */
  String area() {
    Steps path = new Steps();
    for (List<Point> stretch : stretches()) {
      upperEdge(path, stretch);
      path.to(x(stretch.get(stretch.size() - 1)), HEIGHT);
      path.to(x(stretch.get(0)), HEIGHT);
      path.close();
    }
    return path.toString();
  }

  private void upperEdge(Steps path, List<Point> stretch) {
    path.start(x(stretch.get(0)), y(stretch.get(0).max()));
    stretch.forEach(point -> path.to(x(point), y(point.max())));
  }

  private List<List<Point>> stretches() {
    List<List<Point>> stretches = new ArrayList<>();
    Point before = null;
    for (Point point : points) {
      if (point.known()) {
        if (before == null || !before.known() || before.leg() != point.leg()) {
          stretches.add(new ArrayList<>());
        }
        stretches.get(stretches.size() - 1).add(point);
      }
      before = point;
    }
    return stretches;
  }

  private long x(Point point) {
    return axis.x(point.middle());
  }

  private long y(double value) {
    return Math.round((1 - Math.min(1, Math.max(0, value / top))) * HEIGHT);
  }

  /** A path in the making; rounded before the steps are taken, so that no error adds up. */
  private static final class Steps {
    private final StringBuilder path = new StringBuilder();
    private long x;
    private long y;

    void start(long startX, long startY) {
      x = startX;
      y = startY;
      path.append('M').append(x).append(' ').append(y).append('l');
      path.append("0 0");
    }

    void to(long nextX, long nextY) {
      long across = nextX - x;
      long down = nextY - y;
      if (across == 0 && down == 0) {
        return;
      }
      path.append(across < 0 ? "" : " ").append(across);
      path.append(down < 0 ? "" : " ").append(down);
      x = nextX;
      y = nextY;
    }

    void close() {
      path.append('z');
    }

    @Override
    public String toString() {
      return path.isEmpty() ? "M0 0" : path.toString();
    }
  }
}
