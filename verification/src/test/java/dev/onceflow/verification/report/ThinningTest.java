package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThinningTest {
  private final List<Sample> samples = new ArrayList<>();

  @Test
  void aPeakOfOneSecondIsKept() {
    for (int second = 0; second <= 3_600; second++) {
      read(1, second, second * 100L + (second > 1_800 ? 5_000 : 0), 0L);
    }

    List<Point> points = points(Reading.SINK, 3_600, 60);

    assertThat(points).hasSize(60);
    assertThat(points.stream().mapToDouble(Point::max).max()).hasValue(5_100);
    assertThat(points.get(0).mean()).isCloseTo(100, within(0.01));
    assertThat(points.get(0).min()).isEqualTo(100);
  }

  @Test
  void aStandstillOfOneSecondIsKept() {
    for (int second = 0; second <= 600; second++) {
      read(1, second, (second < 300 ? second : second - 1) * 100L, 0L);
    }

    assertThat(points(Reading.SINK, 600, 6).stream().mapToDouble(Point::min).min()).hasValue(0);
  }

  @Test
  void aTimeWithoutReadingsIsAGapAndNoZero() {
    for (int second = 0; second <= 300; second++) {
      read(1, second, second > 100 && second < 200 ? null : (Long) (second * 100L), 0L);
    }

    List<Point> points = points(Reading.SINK, 300, 30);

    assertThat(points.get(0).known()).isTrue();
    assertThat(points.get(15).known()).isFalse();
    assertThat(points.stream().filter(Point::known)).allMatch(point -> point.min() == 100);
  }

  @Test
  void aPointIsOfOneLeg() {
    for (int leg = 1; leg <= 2; leg++) {
      for (int second = 0; second <= 95; second++) {
        read(leg, second, leg * 1_000_000L + second * 100L, 0L);
      }
    }

    List<Point> points = points(Reading.SINK, 190, 10);

    assertThat(points.stream().mapToDouble(Point::max)).containsOnly(100.0);
    assertThat(points.stream().map(Point::leg).distinct()).containsExactly(1, 2);
    assertThat(points).hasSizeLessThanOrEqualTo(12);
  }

  @Test
  void aRestoredDatabaseFlowsNowhere() {
    read(1, 0, 1_000L, 0L);
    read(1, 1, 400L, 0L);
    read(1, 2, 500L, 0L);

    assertThat(points(Reading.SINK, 2, 10)).extracting(Point::mean).containsExactly(0.0, 100.0);
  }

  @Test
  void lagIsShownAsItWasRead() {
    read(1, 0, 0L, 10L);
    read(1, 1, 0L, 20L);
    read(1, 2, 0L, 60L);

    assertThat(points(Reading.SINK_LAG, 2, 1)).extracting(Point::max).containsExactly(60.0);
  }

  @Test
  void nothingIsMadeOfNothing() {
    assertThat(points(Reading.INPUT, 120, 10)).isEmpty();
  }

  private void read(int leg, int second, Long rows, Long sinkLag) {
    samples.add(new Sample(leg, second, 0L, 0L, rows, 0L, sinkLag, List.of()));
  }

  private List<Point> points(Reading reading, int seconds, int pointsMax) {
    int lastLeg = samples.isEmpty() ? 1 : samples.get(samples.size() - 1).leg();
    List<Leg> legs = new ArrayList<>();
    for (int number = 1; number <= lastLeg; number++) {
      legs.add(
          new Leg(
              number,
              "isolated",
              SmallRun.START.plusSeconds(number * 10_000L),
              SmallRun.START.plusSeconds(number * 10_000L + seconds / lastLeg),
              null,
              null,
              null));
    }
    return new Thinning(new RunTime(legs), samples).points(reading, 0, seconds, pointsMax);
  }
}
