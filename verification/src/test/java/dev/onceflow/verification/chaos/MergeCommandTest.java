package dev.onceflow.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.LeftOut;
import dev.onceflow.verification.report.Leg;
import dev.onceflow.verification.report.ModeResult;
import dev.onceflow.verification.report.ReportJson;
import dev.onceflow.verification.report.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeCommandTest {
  private static final Instant START = Instant.parse("2026-11-21T18:00:00Z");

  @TempDir private Path folder;

  @Test
  void aLegWithoutAControlIsValidTogetherWithOneThatHasIt() throws Exception {
    Path first = leg(1, 7, Answer.VALID, false);
    Path second = leg(2, 7, Answer.VALID, true);
    Path json = folder.resolve("run.json");
    Path html = folder.resolve("run.html");

    assertThat(merge(first).code()).isEqualTo(2);
    Onceflow.Answer answer = merge(second, first, "--json", json, "--html", html);

    assertThat(answer.code()).as(answer.text()).isZero();
    ChaosReport merged = ReportJson.read(json);
    assertThat(merged.legs()).extracting(Leg::phase).containsExactly("isolated", "overlapping");
    // The second leg has the control and the other fault, so that neither is left out.
    assertThat(merged.leftOut()).containsExactly(LeftOut.check("growth", "too short"));
    assertThat(html).content().contains("Valid");
  }

  @Test
  void aDeviationInOneLegIsTheRuns() throws Exception {
    assertThat(merge(leg(1, 7, Answer.VALID, true), leg(2, 7, Answer.INVALID, true)).code())
        .isEqualTo(1);
  }

  @Test
  void legsOfAnotherSeedAreRefusedByFileAndSeed() throws Exception {
    Onceflow.Answer answer = merge(leg(1, 7, Answer.VALID, true), leg(2, 8, Answer.VALID, true));

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.text())
        .contains("leg-1.json")
        .contains("leg-2.json")
        .contains("seed 7 and 8");
  }

  @Test
  void theSameLegTwiceIsRefused() throws Exception {
    Path leg = leg(1, 7, Answer.VALID, true);

    Onceflow.Answer answer = merge(leg, leg);

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.text()).contains("in two of the reports");
  }

  @Test
  void aFileThatIsNoReportIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("other.json"), "{}");

    assertThat(merge(file).text()).contains("other.json").contains("onceflow-chaos/1");
    assertThat(merge(folder.resolve("none.json")).text()).contains("none.json");
  }

  private static Onceflow.Answer merge(Object... words) {
    String[] all = new String[words.length + 2];
    all[0] = "chaos";
    all[1] = "merge";
    for (int i = 0; i < words.length; i++) {
      all[i + 2] = words[i].toString();
    }
    return Onceflow.run(all);
  }

  private Path leg(int number, long seed, Answer answer, boolean withControl) throws Exception {
    Instant start = START.plusSeconds(1_000L * number);
    String kind = number == 1 ? "job-killed" : "worker-killed";
    String other = number == 1 ? "worker-killed" : "job-killed";
    ModeResult shipped = mode("EXACTLY_ONCE", false, answer);
    ChaosReport report =
        ChaosReport.of(
            new Run("Run", seed, Map.of("scale", "small"), Map.of(), Map.of(), "onceflow chaos"),
            List.of(
                new Leg(
                    number,
                    number == 1 ? "isolated" : "overlapping",
                    start,
                    start.plusSeconds(100),
                    null,
                    "onceflow chaos --leg " + number,
                    Map.of())),
            List.of(),
            List.of(
                new Fault(
                    number, kind, 1, "process", start, start, start, start.plusSeconds(3), "bit")),
            List.of(
                new Check(
                    number,
                    "lost",
                    answer,
                    Map.of(),
                    answer == Answer.VALID ? 0 : 1,
                    List.of(),
                    null)),
            withControl
                ? List.of(shipped, mode("FENCE_OFF", true, Answer.INVALID))
                : List.of(shipped),
            withControl
                ? List.of(LeftOut.fault(other, "not asked for"))
                : List.of(
                    LeftOut.fault(other, "not asked for"),
                    LeftOut.control("fence-off", "not asked for"),
                    LeftOut.check("growth", "too short")));
    Path file = folder.resolve("leg-%d.json".formatted(number));
    ReportJson.write(report, file);
    return file;
  }

  private static ModeResult mode(String mode, boolean control, Answer answer) {
    boolean bad = answer == Answer.INVALID;
    return new ModeResult(
        0,
        mode,
        mode,
        control,
        answer,
        10,
        bad ? 1 : 0,
        0,
        0,
        bad ? List.of("lost") : List.of(),
        null);
  }
}
