package dev.onceflow.verification.report;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The answer of a whole run, and each reason why it isn't VALID.
 *
 * <p>INVALID: a check found a deviation in the run under test. UNKNOWN, where there is none:
 * something that the proof needs is missing. Nothing was checked, a check could not say, no control
 * was run, one was not caught (so the checker may be blind), no fault struck, a kind of fault never
 * bit, a fault that bit was not recovered from, or a leg was interrupted. So a leg without controls
 * is UNKNOWN by itself, and may be VALID once it is merged with one that has them.
 *
 * @param answer the answer
 * @param reasons in words, the weightiest first; empty if VALID
 */
public record Conclusion(Answer answer, List<String> reasons) {
  static Conclusion of(ChaosReport report) {
    List<String> deviations = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    ofChecks(report, deviations, gaps);
    ofModes(report, deviations, gaps);
    ofFaults(report, gaps);
    for (Leg leg : report.legs()) {
      if (leg.interruption() != null) {
        gaps.add("leg %d was interrupted: %s".formatted(leg.number(), leg.interruption()));
      }
    }

    Answer answer =
        !deviations.isEmpty() ? Answer.INVALID : gaps.isEmpty() ? Answer.VALID : Answer.UNKNOWN;
    List<String> reasons = new ArrayList<>(deviations);
    reasons.addAll(gaps);
    return new Conclusion(answer, List.copyOf(reasons));
  }

  private static void ofChecks(ChaosReport report, List<String> deviations, List<String> gaps) {
    if (report.checks().isEmpty()) {
      gaps.add("nothing was checked");
    }
    for (Check check : report.checks()) {
      if (check.answer() == Answer.INVALID) {
        deviations.add(
            "check %s%s found %d deviations"
                .formatted(check.name(), inLeg(check.leg()), check.deviations()));
      } else if (check.answer() == Answer.UNKNOWN) {
        gaps.add(
            "check %s%s can't say%s"
                .formatted(
                    check.name(),
                    inLeg(check.leg()),
                    check.note() == null ? "" : ": " + check.note()));
      }
    }
  }

  private static void ofModes(ChaosReport report, List<String> deviations, List<String> gaps) {
    if (report.modes().stream().noneMatch(ModeResult::control)) {
      gaps.add("no control was run");
    }
    for (ModeResult mode : report.modes()) {
      if (mode.asItMust()) {
        continue;
      }
      if (mode.control()) {
        gaps.add(
            "control %s%s was not caught".formatted(Figures.name(mode.mode()), inLeg(mode.leg())));
      } else if (mode.lost() + mode.twice() + mode.other() > 0) {
        deviations.add(
            "%s%s has %d lost, %d twice, %d other deviations"
                .formatted(
                    Figures.name(mode.mode()),
                    inLeg(mode.leg()),
                    mode.lost(),
                    mode.twice(),
                    mode.other()));
      } else {
        gaps.add(
            "of %s%s nothing is known".formatted(Figures.name(mode.mode()), inLeg(mode.leg())));
      }
    }
  }

  private static void ofFaults(ChaosReport report, List<String> gaps) {
    if (report.faults().isEmpty()) {
      gaps.add("no fault struck");
    }
    Set<Integer> controls =
        report.legs().stream()
            .filter(leg -> Leg.CONTROL.equals(leg.phase()))
            .map(Leg::number)
            .collect(Collectors.toSet());
    Map<String, Boolean> bittenByKind = new TreeMap<>();
    for (Fault fault : report.faults()) {
      if (controls.contains(fault.leg())) {
        // What bit there says nothing of the run under test, and being caught is enough.
        continue;
      }
      bittenByKind.merge(fault.kind(), fault.bitten(), Boolean::logicalOr);
    }
    bittenByKind.forEach(
        (kind, bitten) -> {
          if (!bitten) {
            gaps.add("fault %s never bit".formatted(kind));
          }
        });
    for (Fault fault : report.faults()) {
      if (fault.bitten() && !fault.recovered()) {
        gaps.add(
            "fault %s%s of %s was not recovered from"
                .formatted(
                    fault.kind(),
                    inLeg(fault.leg()),
                    fault.struckAt().truncatedTo(ChronoUnit.SECONDS)));
      }
    }
  }

  private static String inLeg(int leg) {
    return leg == 0 ? "" : " in leg " + leg;
  }
}
