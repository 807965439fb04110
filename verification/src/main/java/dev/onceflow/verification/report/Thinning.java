package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Many samples as few points. Neighbours are put together, never over a leg's end, and keep their
 * least and greatest beside their average: a peak or a standstill of one second is still seen in a
 * picture of four hours.
 */
final class Thinning {
  private final RunTime time;
  private final List<Sample> samples;

  /**
   * For a run.
   *
   * @param samples in the order of time
   */
  Thinning(RunTime time, List<Sample> samples) {
    this.time = time;
    this.samples = samples;
  }

  /**
   * What was read from one moment to another, as at most so many points, and one more for each leg.
   */
  List<Point> points(Reading reading, double from, double to, int pointsMax) {
    List<Point> all =
        single(reading).stream()
            .filter(point -> point.middle() >= from && point.middle() <= to)
            .toList();
    int together = Math.max(1, (all.size() + pointsMax - 1) / pointsMax);
    List<Point> thin = new ArrayList<>();
    List<Point> group = new ArrayList<>();
    for (Point point : all) {
      if (group.size() == together || (!group.isEmpty() && group.get(0).leg() != point.leg())) {
        thin.add(together(group));
        group.clear();
      }
      group.add(point);
    }
    if (!group.isEmpty()) {
      thin.add(together(group));
    }
    return thin;
  }

  /** Each sample is a point from its forerunner in its leg to itself; a leg's first is none. */
  private List<Point> single(Reading reading) {
    List<Point> points = new ArrayList<>();
    Sample before = null;
    for (Sample sample : samples) {
      if (before != null && before.leg() == sample.leg() && sample.second() > before.second()) {
        points.add(point(reading, before, sample));
      }
      before = sample;
    }
    return points;
  }

  private Point point(Reading reading, Sample before, Sample sample) {
    double from = time.of(before);
    double to = time.of(sample);
    Long value = reading.of(sample);
    Long earlier = reading.of(before);
    if (value == null || (reading.isRate() && earlier == null)) {
      return new Point(sample.leg(), from, to, 0, 0, 0, false);
    }
    // A total falls where a database was restored: nothing flowed then.
    double shown =
        reading.isRate()
            ? Math.max(0, value - earlier) / (sample.second() - before.second())
            : value.doubleValue();
    return new Point(sample.leg(), from, to, shown, shown, shown, true);
  }

  private static Point together(List<Point> group) {
    List<Point> known = group.stream().filter(Point::known).toList();
    Point first = group.get(0);
    double to = group.get(group.size() - 1).to();
    if (known.isEmpty()) {
      return new Point(first.leg(), first.from(), to, 0, 0, 0, false);
    }
    // A sample past its leg's planned end has no length on the axis; it still counts.
    double weights = known.stream().mapToDouble(Thinning::weight).sum();
    double mean = known.stream().mapToDouble(p -> p.mean() * weight(p)).sum() / weights;
    double min = known.stream().mapToDouble(Point::min).min().orElseThrow();
    double max = known.stream().mapToDouble(Point::max).max().orElseThrow();
    return new Point(first.leg(), first.from(), to, mean, min, max, true);
  }

  private static double weight(Point point) {
    return Math.max(point.seconds(), 1e-3);
  }
}
