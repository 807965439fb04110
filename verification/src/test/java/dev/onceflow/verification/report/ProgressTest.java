package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter written = new StringWriter();

  @Test
  void tellsALegAsItGoes() {
    ChaosReport report =
        SmallRun.valid().fault("black-hole-client", 22, 60, null, 70.0, null).report();
    Progress progress = new Progress(new PrintWriter(written), report.legs().get(0));

    progress.begins(report.run());
    progress.sample(report.samples().get(0));
    progress.struck(report.faults().get(0));
    progress.settled(report.faults().get(0));
    progress.sample(report.samples().get(3));
    progress.settled(report.faults().get(1));
    progress.sample(new Sample(1, 90, 9_000L, 18_000L, null, null, 5L, List.of()));
    progress.checked(report.checks().get(0), 121);
    progress.judged(report.modes().get(1), 122);

    assertThat(written.toString().lines())
        .containsExactly(
            "0:00:00  leg 1, isolated, begins: seed 7, Small run",
            "0:00:00  input ?, job ?, sink ?; lag job 50, sink 100; 0 faults, 0 bit, 0 recovered",
            "0:00:10  18 end-txn-answer-lost strikes",
            "0:00:16  18 end-txn-answer-lost recovered in 4.2 s: EndTxn answer of job-1 lost",
            "0:00:30  input 100/s, job 200/s, sink 200/s; lag job 50, sink 100; 1 fault, 1 bit, 1 recovered",
            "0:01:10  22 black-hole-client DID NOT BITE: looked for a lost answer",
            "0:01:30  input 100/s, job 200/s, sink ?; lag job ?, sink 5; 1 fault, 1 bit, 1 recovered",
            "0:02:01  check lost: valid",
            "0:02:02  control fence-off: 0 lost, 512 twice, 0 other: caught");
  }

  @Test
  void aBiteIsOneLine() {
    ChaosReport report = SmallRun.valid().report();
    Progress progress = new Progress(new PrintWriter(written), report.legs().get(0));

    progress.says(1.5, "two\nlines \u001b[31m");

    assertThat(written.toString().lines()).containsExactly("0:00:01  two lines \\u001b[31m");
  }
}
