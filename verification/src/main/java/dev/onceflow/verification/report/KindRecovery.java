package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All faults of one kind: how many bit, how long recovery took.
 *
 * @param kind its name
 * @param number its number
 * @param group its group
 * @param struck how many there were
 * @param bitten how many of them bit
 * @param recovered how many of those were recovered from
 * @param recoveriesMs how long each took, ascending
 */
public record KindRecovery(
    String kind,
    int number,
    String group,
    int struck,
    int bitten,
    int recovered,
    List<Long> recoveriesMs) {
  /** One row for each kind, in the order of group and number. */
  public static List<KindRecovery> of(ChaosReport report) {
    Map<String, List<Fault>> byKind = new LinkedHashMap<>();
    for (Fault fault : report.faults()) {
      byKind.computeIfAbsent(fault.kind(), kind -> new ArrayList<>()).add(fault);
    }
    return byKind.values().stream()
        .map(KindRecovery::ofOneKind)
        .sorted(
            Comparator.comparing(KindRecovery::group)
                .thenComparing(KindRecovery::number)
                .thenComparing(KindRecovery::kind))
        .toList();
  }

  private static KindRecovery ofOneKind(List<Fault> faults) {
    Fault any = faults.get(0);
    return new KindRecovery(
        any.kind(),
        any.number(),
        any.group(),
        faults.size(),
        (int) faults.stream().filter(Fault::bitten).count(),
        (int) faults.stream().filter(fault -> fault.bitten() && fault.recovered()).count(),
        faults.stream().map(Fault::recoveryMs).filter(Objects::nonNull).sorted().toList());
  }

  /** The median, or null if there was no recovery. */
  public Long medianMs() {
    return recoveriesMs.isEmpty() ? null : Figures.median(recoveriesMs);
  }

  /** The longest, or null if there was no recovery. */
  public Long maxMs() {
    return recoveriesMs.isEmpty() ? null : recoveriesMs.get(recoveriesMs.size() - 1);
  }
}
