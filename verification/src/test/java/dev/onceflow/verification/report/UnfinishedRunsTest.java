package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that prove nothing must not look as if they did, in any of the three shapes of a report. */
class UnfinishedRunsTest {
  // Records with copied lists: immutable, which the checker can\'t see.
  @SuppressWarnings("ImmutableEnumChecker")
  enum Unfinished {
    EMPTY(
        SmallRun.empty().leftOut("everything", "the brokers did not start"),
        "nothing was checked",
        "no control was run",
        "no fault struck"),
    INTERRUPTED_AFTER_THE_FIRST_FAULT(
        SmallRun.empty()
            .leg("killed by signal 15")
            .samples(2, 20)
            .fault("kill-mid-batch", 1, 12, 12.5, null, null),
        "nothing was checked",
        "no control was run",
        "fault kill-mid-batch in leg 1 of 2026-11-21T18:00:12Z was not recovered from",
        "leg 1 was interrupted: killed by signal 15"),
    CHECKER_CANNOT_SAY(
        SmallRun.valid().check("store", Answer.UNKNOWN, "job-2 did not answer"),
        "check store in leg 1 can't say: job-2 did not answer");

    private final ChaosReport report;
    private final String[] reasons;

    Unfinished(SmallRun run, String... reasons) {
      this.report = run.report();
      this.reasons = reasons;
    }
  }

  @ParameterizedTest
  @EnumSource
  void areUnknownAndSayWhy(Unfinished run) {
    assertThat(run.report.conclusion().answer()).isEqualTo(Answer.UNKNOWN);
    assertThat(run.report.conclusion().answer().exitCode()).isEqualTo(2);
    assertThat(run.report.conclusion().reasons()).containsExactly(run.reasons);
  }

  @ParameterizedTest
  @EnumSource
  void sayWhyInText(Unfinished run) {
    assertThat(ReportText.of(run.report))
        .startsWith("Onceflow chaos: UNKNOWN\n")
        .contains(run.reasons)
        .contains("onceflow chaos --seed 7 --scale small");
  }

  @ParameterizedTest
  @EnumSource
  void sayWhyOnThePage(Unfinished run) {
    assertThat(ReportPage.of(run.report))
        .contains(">Unknown<", "onceflow chaos --seed 7 --scale small")
        .doesNotContain(">Valid<");
    for (String reason : run.reasons) {
      assertThat(ReportPage.of(run.report)).contains(reason.replace("'", "&#39;"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void comeBackFromJson(Unfinished run) {
    assertThat(ReportJson.read(ReportJson.write(run.report))).isEqualTo(run.report);
  }

  @Test
  void anEmptyRunClaimsNoEffects() {
    ChaosReport empty = Unfinished.EMPTY.report;

    assertThat(ReportText.of(empty))
        .contains("nothing ran", "no faults", "no effects compared; no controls")
        .doesNotContain("0 lost");
    assertThat(ReportPage.of(empty))
        .contains("Nothing ran, so there is nothing to draw.", "Nothing was checked.")
        .doesNotContain("0 lost");
  }

  @Test
  void aFaultThatWasThereAtTheEndIsShownAsSuch() {
    ChaosReport interrupted = Unfinished.INTERRUPTED_AFTER_THE_FIRST_FAULT.report;

    assertThat(ReportText.of(interrupted)).contains("not always recovered", "none recovered from");
    assertThat(ReportPage.of(interrupted))
        .contains("to the end", "not recovered", "class=\"stuck\"", "killed by signal 15");
  }

  @Test
  void aResumedRunStillSaysThatALegWasCutShort() {
    ChaosReport interrupted = Unfinished.INTERRUPTED_AFTER_THE_FIRST_FAULT.report;
    ChaosReport resumed = SmallRun.at(SmallRun.START.plusSeconds(900), 7).report();

    Conclusion whole = MergedReport.of(List.of(interrupted, resumed)).conclusion();

    assertThat(whole.answer()).isEqualTo(Answer.UNKNOWN);
    assertThat(whole.reasons()).contains("leg 1 was interrupted: killed by signal 15");
  }
}
