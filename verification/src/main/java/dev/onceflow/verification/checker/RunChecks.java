package dev.onceflow.verification.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The run itself: did its faults bite, did everything come back, did nothing grow. */
final class RunChecks {
  /** A process that was watched for less says nothing about growth. */
  private static final double GROWTH_SECONDS_MIN = 600;

  /** What a process needs to warm up, of the time that it is watched. */
  private static final double WARM_UP = 1.0 / 3;

  private static final int GROWTH_SAMPLES_MIN = 12;

  /** So many points are looked at: the slopes between them are a quarter of a million at most. */
  private static final int POINTS_MAX = 500;

  private static final double SECONDS_OF_HOUR = 3_600;

  /**
   * What may grow.
   *
   * @param perHourMax of growth that is nothing to speak of
   * @param partOfLevelMax an hour's growth, as a part of what there is
   */
  private record Kind(
      String name, ToDoubleFunction<Sample> amount, double perHourMax, double partOfLevelMax) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("memory bytes", Sample::memoryBytes, 64L << 20, 0.10),
          new Kind("file handles", Sample::fileHandles, 20, 0.10));

  private final History history;
  private final Findings findings;

  RunChecks(History history, Findings findings) {
    this.history = history;
    this.findings = findings;
  }

  void check() {
    for (Fault fault : history.faults()) {
      String name = fault.kind() + " " + fault.number();
      findings.looked(Check.FAULT_NOT_BITTEN, 1);
      findings.looked(Check.NOT_RECOVERED, 1);
      if (fault.bite().isBlank()) {
        findings.add(Check.FAULT_NOT_BITTEN, "faults", name, "an effect", "none", "");
      }
      if (fault.recoveryMs() < 0) {
        findings.add(Check.NOT_RECOVERED, "faults", name, "a recovery", "none", "");
      }
    }
    Map<String, List<Sample>> byProcess = new LinkedHashMap<>();
    for (Sample sample : history.samples()) {
      byProcess.computeIfAbsent(sample.process(), any -> new ArrayList<>()).add(sample);
    }
    byProcess.forEach(this::growth);
  }

  private void growth(String process, List<Sample> samples) {
    double first = samples.get(0).second();
    double last = samples.get(samples.size() - 1).second();
    if (last - first < GROWTH_SECONDS_MIN) {
      return;
    }
    List<Sample> warm =
        samples.stream().filter(each -> each.second() >= first + WARM_UP * (last - first)).toList();
    if (warm.size() < GROWTH_SAMPLES_MIN) {
      return;
    }
    int step = 1 + warm.size() / POINTS_MAX;
    List<Sample> points = new ArrayList<>();
    for (int i = 0; i < warm.size(); i += step) {
      points.add(warm.get(i));
    }
    for (Kind kind : KINDS) {
      findings.looked(Check.GROWTH, 1);
      double perHour = slope(points, kind.amount()) * SECONDS_OF_HOUR;
      double level = points.stream().mapToDouble(kind.amount()).average().orElse(0);
      if (perHour > kind.perHourMax() && perHour > kind.partOfLevelMax() * level) {
        findings.add(
            Check.GROWTH,
            process,
            kind.name(),
            "no growth",
            "%.0f more an hour, at %.0f".formatted(perHour, level),
            "");
      }
    }
  }

  /** The median of the slopes between all pairs of points: single peaks don't move it (Theil). */
  private static double slope(List<Sample> points, ToDoubleFunction<Sample> amount) {
    double[] slopes = new double[points.size() * (points.size() - 1) / 2];
    int n = 0;
    for (int i = 0; i < points.size(); i++) {
      for (int j = i + 1; j < points.size(); j++) {
        double seconds = points.get(j).second() - points.get(i).second();
        if (seconds > 0) {
          slopes[n++] =
              (amount.applyAsDouble(points.get(j)) - amount.applyAsDouble(points.get(i))) / seconds;
        }
      }
    }
    Arrays.sort(slopes, 0, n);
    return n == 0 ? 0 : slopes[n / 2];
  }
}
