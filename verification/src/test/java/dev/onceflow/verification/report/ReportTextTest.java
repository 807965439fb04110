package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTextTest {
  @Test
  void readsAsInTheGoldenFile() throws Exception {
    ChaosReport report =
        MergedReport.of(
            List.of(
                SmallRun.valid()
                    .mode("AT_LEAST_ONCE", Answer.INVALID, 0, 1_234)
                    .mode("OFFSETS_BEFORE_EFFECT", Answer.INVALID, 88, 0)
                    .fault("black-hole-client", 22, 60, 61.5, 80.0, 152.0)
                    .leftOut("clock-jump", "faketime is not installed")
                    .report(),
                SmallRun.at(SmallRun.START.plusSeconds(3_600), 8)
                    .check("twice", Answer.INVALID, "all in one second")
                    .mode("DEDUPE_OFF", Answer.VALID, 0, 0)
                    .fault("find-coordinator-flaps", 23, 60, null, 70.0, null)
                    .report()));

    assertThat(ReportText.of(report)).isEqualTo(golden("report.txt"));
  }

  @Test
  void aValidRunGivesNoReasons() {
    assertThat(ReportText.of(SmallRun.valid().report()))
        .startsWith("Onceflow chaos: VALID\n")
        .doesNotContain("Why not valid");
  }

  @Test
  void whatComesFromOutsideCannotSpeakToTheTerminal() {
    ChaosReport report =
        SmallRun.valid().check("\u001b[2Jlost", Answer.UNKNOWN, "no\u0007te\r\nmore").report();

    assertThat(ReportText.of(report).codePoints().filter(c -> c < ' ' && c != '\n')).isEmpty();
  }

  private static String golden(String name) throws Exception {
    try (InputStream file = ReportTextTest.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
