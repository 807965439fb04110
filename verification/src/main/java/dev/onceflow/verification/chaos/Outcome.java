package dev.onceflow.verification.chaos;

import java.util.List;

/**
 * All that a run found out.
 *
 * @param faults in the order in which they came
 * @param checks what was judged in the end
 * @param observations what happened that no fault had done
 * @param sent records that the load sent
 */
record Outcome(
    List<FaultRecord> faults, List<Check> checks, List<String> observations, long sent) {
  Outcome {
    faults = List.copyOf(faults);
    checks = List.copyOf(checks);
    observations = List.copyOf(observations);
  }

  /** A wrong effect outweighs a fault that did not bite. */
  Verdict verdict() {
    if (checks.stream().anyMatch(check -> !check.held())
        || faults.stream().anyMatch(fault -> fault.isBitten() && fault.recoveredAt() == null)) {
      return Verdict.INVALID;
    }
    return faults.stream().allMatch(FaultRecord::isBitten) ? Verdict.VALID : Verdict.UNKNOWN;
  }
}
