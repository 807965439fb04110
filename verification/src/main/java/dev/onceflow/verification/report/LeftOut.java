package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run did not do.
 *
 * @param what such as a kind of fault, {@code control at-least-once}, {@code check growth}
 * @param why in words
 */
public record LeftOut(String what, String why) {
  private static final String CONTROL = "control ";
  private static final String CHECK = "check ";

  /** A kind of fault that did not come. */
  public static LeftOut fault(String kind, String why) {
    return new LeftOut(kind, why);
  }

  /** A control that was not run. */
  public static LeftOut control(String mode, String why) {
    return new LeftOut(CONTROL + mode, why);
  }

  /** A check that had nothing to look at. */
  public static LeftOut check(String name, String why) {
    return new LeftOut(CHECK + name, why);
  }

  /** The same, what has one reason put together: a short run leaves dozens of kinds out. */
  static List<LeftOut> byReason(List<LeftOut> all) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (LeftOut each : all) {
      byReason.computeIfAbsent(each.why(), any -> new ArrayList<>()).add(each.what());
    }
    return byReason.entrySet().stream()
        .map(each -> new LeftOut(String.join(", ", each.getValue()), each.getKey()))
        .toList();
  }

  /** Whether a report has it all the same: one leg may do what another leaves out. */
  boolean isIn(ChaosReport report) {
    return report.faults().stream().anyMatch(fault -> what.equals(fault.kind()))
        || report.checks().stream().anyMatch(check -> what.equals(CHECK + check.name()))
        || report.modes().stream()
            .anyMatch(mode -> mode.control() && what.equals(CONTROL + Figures.name(mode.mode())));
  }
}
