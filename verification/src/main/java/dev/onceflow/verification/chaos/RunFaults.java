package dev.onceflow.verification.chaos;

import dev.onceflow.verification.checker.Fault;
import dev.onceflow.verification.nemesis.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The faults of a report as the checker wants them. */
final class RunFaults {
  private static final long NEVER = -1;

  private RunFaults() {}

  /** Numbered by kind; what did not bite left nothing to recover from. */
  static List<Fault> of(List<dev.onceflow.verification.report.Fault> faults) {
    Map<String, Integer> numbers = new HashMap<>();
    List<Fault> all = new ArrayList<>();
    for (dev.onceflow.verification.report.Fault fault : faults) {
      all.add(
          new Fault(
              fault.kind(),
              numbers.merge(fault.kind(), 1, Integer::sum),
              fault.bitten() ? fault.bite() : "",
              recoveryMs(fault)));
    }
    return all;
  }

  private static long recoveryMs(dev.onceflow.verification.report.Fault fault) {
    if (!fault.bitten()) {
      return 0;
    }
    return fault.recovered() ? fault.recoveryMs() : NEVER;
  }

  /** Whether it bit, and must have left records of aborted transactions. */
  static boolean mustHaveAborted(dev.onceflow.verification.report.Fault fault) {
    return fault.bitten() && Faults.abortsTransactions(fault.kind());
  }
}
