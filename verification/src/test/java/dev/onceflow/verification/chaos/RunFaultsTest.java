package dev.onceflow.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.report.Fault;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunFaultsTest {
  private static final Instant START = Instant.parse("2026-11-21T18:00:00Z");

  @Test
  void whatBitIsToldWithItsRecoveryOrThatThereWasNone() {
    assertThat(
            RunFaults.of(
                List.of(
                    fault("job-killed", true, true),
                    fault("job-killed", true, false),
                    fault("broker-killed", false, false))))
        .containsExactly(
            new dev.onceflow.verification.checker.Fault("job-killed", 1, "seen", 3_000),
            new dev.onceflow.verification.checker.Fault("job-killed", 2, "seen", -1),
            // Nothing was struck, so there is nothing to recover from.
            new dev.onceflow.verification.checker.Fault("broker-killed", 1, "", 0));
  }

  @Test
  void onlyAFaultThatBitMustHaveAbortedSomething() {
    assertThat(RunFaults.mustHaveAborted(fault("job-killed", true, true))).isTrue();
    assertThat(RunFaults.mustHaveAborted(fault("job-paused-past-transaction", true, true)))
        .isTrue();
    assertThat(RunFaults.mustHaveAborted(fault("job-killed", false, false))).isFalse();
    assertThat(RunFaults.mustHaveAborted(fault("worker-killed", true, true))).isFalse();
  }

  private static Fault fault(String kind, boolean bitten, boolean recovered) {
    return new Fault(
        1,
        kind,
        1,
        "process",
        START,
        bitten ? START : null,
        START,
        recovered ? START.plusSeconds(3) : null,
        "seen");
  }
}
