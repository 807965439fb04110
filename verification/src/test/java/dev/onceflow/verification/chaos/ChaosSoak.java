package dev.onceflow.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.ModeResult;
import dev.onceflow.verification.report.ReportJson;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run of the command, with a fixed seed. By name only: it takes minutes. */
class ChaosSoak {
  @TempDir private Path folder;

  @Test
  void aShortRunIsValidAndItsControlIsCaught() throws Exception {
    Path json = folder.resolve("report.json");

    Onceflow.Answer answer =
        Onceflow.run(
            "chaos",
            "--seed",
            "20261121",
            "--duration",
            "1s",
            "--faults",
            "job-killed,worker-killed,commit-answer-lost,end-txn-answer-lost",
            "--controls",
            "fence-off",
            "--data",
            folder.resolve("data").toString(),
            "--json",
            json.toString());

    assertThat(answer.text()).contains("Seed 20261121");
    assertThat(answer.code()).as(answer.text()).isZero();
    ChaosReport report = ReportJson.read(json);
    assertThat(report.faults()).allMatch(Fault::bitten).allMatch(Fault::recovered);
    assertThat(report.checks()).allMatch(check -> check.answer() == Answer.VALID);
    assertThat(report.modes())
        .filteredOn(ModeResult::control)
        .singleElement()
        .satisfies(control -> assertThat(control.twice() + control.other()).isPositive());
  }
}
