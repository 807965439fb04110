package dev.onceflow.verification.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reports of a run's legs as one report. Legs are put in the order of time and numbered anew;
 * everything keeps its leg. The first leg's run is the whole run's; where a later one had another
 * seed, option, version or machine, its legs say so ({@link Leg#differs()}).
 */
public final class MergedReport {
  private final Run run;
  private final List<Leg> legs = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private final List<ModeResult> modes = new ArrayList<>();
  private final Set<LeftOut> leftOut = new LinkedHashSet<>();

  private MergedReport(Run run) {
    this.run = run;
  }

  /**
   * Merges reports, given in any order.
   *
   * @throws IllegalArgumentException if there is none, or if a leg is in two of them
   */
  public static ChaosReport of(List<ChaosReport> reports) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("No report to merge: expected one or more.");
    }
    List<ChaosReport> inOrder = new ArrayList<>(reports);
    inOrder.sort(Comparator.comparing(MergedReport::startedAt));
    Map<Instant, Integer> numbers = numbered(inOrder);
    MergedReport merged = new MergedReport(inOrder.get(0).run());
    inOrder.forEach(report -> merged.add(report, numbers));
    return merged.finished();
  }

  /** New numbers by the times at which the legs started: these tell legs of one machine apart. */
  private static Map<Instant, Integer> numbered(List<ChaosReport> reports) {
    Set<Instant> starts = new HashSet<>();
    List<Instant> inOrder = new ArrayList<>();
    for (ChaosReport report : reports) {
      for (Leg leg : report.legs()) {
        if (!starts.add(leg.startedAt())) {
          throw new IllegalArgumentException(
              "The leg that started at %s is in two of the reports: expected each leg once."
                  .formatted(leg.startedAt()));
        }
        inOrder.add(leg.startedAt());
      }
    }
    inOrder.sort(Comparator.naturalOrder());
    Map<Instant, Integer> numbers = new HashMap<>();
    inOrder.forEach(start -> numbers.put(start, numbers.size() + 1));
    return numbers;
  }

  private void add(ChaosReport report, Map<Instant, Integer> numbers) {
    Map<Integer, Integer> renumbered = new HashMap<>(Map.of(0, 0));
    for (Leg leg : report.legs()) {
      int number = numbers.get(leg.startedAt());
      renumbered.put(leg.number(), number);
      Map<String, String> differs = new LinkedHashMap<>(differences(report.run()));
      differs.putAll(leg.differs());
      legs.add(
          new Leg(
              number,
              leg.phase(),
              leg.startedAt(),
              leg.endedAt(),
              leg.interruption(),
              leg.command(),
              differs));
    }
    for (Sample sample : report.samples()) {
      samples.add(sample.inLeg(renumbered.get(sample.leg())));
    }
    for (Fault fault : report.faults()) {
      faults.add(fault.inLeg(renumbered.get(fault.leg())));
    }
    for (Check check : report.checks()) {
      checks.add(check.inLeg(renumbered.get(check.leg())));
    }
    for (ModeResult mode : report.modes()) {
      modes.add(mode.inLeg(renumbered.get(mode.leg())));
    }
    leftOut.addAll(report.leftOut());
  }

  private ChaosReport finished() {
    legs.sort(Comparator.comparing(Leg::number));
    samples.sort(Comparator.comparing(Sample::leg).thenComparing(Sample::second));
    faults.sort(Comparator.comparing(Fault::struckAt));
    ChaosReport whole =
        ChaosReport.of(run, legs, samples, faults, checks, modes, List.copyOf(leftOut));
    List<LeftOut> nowhere = leftOut.stream().filter(each -> !each.isIn(whole)).toList();
    return ChaosReport.of(run, legs, samples, faults, checks, modes, nowhere);
  }

  private Map<String, String> differences(Run other) {
    Map<String, String> differs = new LinkedHashMap<>();
    if (other.seed() != run.seed()) {
      differs.put("seed", Long.toString(other.seed()));
    }
    addDifferences(run.options(), other.options(), differs);
    addDifferences(run.versions(), other.versions(), differs);
    addDifferences(run.machine(), other.machine(), differs);
    return differs;
  }

  private static void addDifferences(
      Map<String, String> first, Map<String, String> other, Map<String, String> differs) {
    Set<String> names = new LinkedHashSet<>(other.keySet());
    names.addAll(first.keySet());
    for (String name : names) {
      String value = other.getOrDefault(name, "not given");
      if (!value.equals(first.getOrDefault(name, "not given"))) {
        differs.put(name, value);
      }
    }
  }

  private static Instant startedAt(ChaosReport report) {
    return report.legs().stream()
        .map(Leg::startedAt)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }
}
