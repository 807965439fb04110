package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MergedReportTest {
  private static final ChaosReport FIRST = SmallRun.at(SmallRun.START, 7).report();
  private static final ChaosReport SECOND =
      SmallRun.at(SmallRun.START.plusSeconds(900), 7).leftOut("a", "b").report();
  private static final ChaosReport OTHER_SEED =
      SmallRun.at(SmallRun.START.plusSeconds(1_800), 8).leftOut("a", "b").report();

  @Test
  void legsAreNumberedInTheOrderOfTime() {
    ChaosReport merged = MergedReport.of(List.of(OTHER_SEED, SECOND, FIRST));

    assertThat(merged.legs()).extracting(Leg::number).containsExactly(1, 2, 3);
    assertThat(merged.legs())
        .extracting(Leg::startedAt)
        .containsExactly(
            SmallRun.START, SmallRun.START.plusSeconds(900), SmallRun.START.plusSeconds(1_800));
    assertThat(merged).isEqualTo(MergedReport.of(List.of(FIRST, SECOND, OTHER_SEED)));
  }

  @Test
  void everythingKeepsItsLeg() {
    ChaosReport merged = MergedReport.of(List.of(SECOND, FIRST));

    assertThat(merged.samples()).hasSize(26);
    assertThat(merged.samples().subList(13, 26)).allMatch(sample -> sample.leg() == 2);
    assertThat(merged.faults()).extracting(Fault::leg).containsExactly(1, 2);
    assertThat(merged.faults().get(1).struckAt()).isEqualTo(SECOND.faults().get(0).struckAt());
    assertThat(merged.checks()).extracting(Check::leg).containsExactly(1, 2);
    assertThat(merged.modes()).extracting(ModeResult::leg).containsOnly(0);
    assertThat(merged.conclusion().answer()).isEqualTo(Answer.VALID);
  }

  @Test
  void anotherSeedIsSaidWithItsLegs() {
    ChaosReport merged = MergedReport.of(List.of(FIRST, SECOND, OTHER_SEED));

    assertThat(merged.run()).isEqualTo(FIRST.run());
    assertThat(merged.legs().get(1).differs()).isEmpty();
    assertThat(merged.legs().get(2).differs()).isEqualTo(Map.of("seed", "8"));
    assertThat(merged.legs().get(2).command()).contains("--seed 8");
  }

  @Test
  void whatWasLeftOutIsSaidOnce() {
    ChaosReport merged = MergedReport.of(List.of(FIRST, SECOND, OTHER_SEED));

    assertThat(merged.leftOut()).containsExactly(new LeftOut("a", "b"));
  }

  @Test
  void aDeviationInOneLegMakesTheWholeInvalid() {
    ChaosReport bad =
        SmallRun.at(SmallRun.START.plusSeconds(900), 7)
            .check("twice", Answer.INVALID, null)
            .report();

    Conclusion conclusion = MergedReport.of(List.of(FIRST, bad)).conclusion();

    assertThat(conclusion.answer()).isEqualTo(Answer.INVALID);
    assertThat(conclusion.reasons()).containsExactly("check twice in leg 2 found 2 deviations");
  }

  @Test
  void aMergedReportCanBeMergedAgain() {
    ChaosReport inSteps =
        MergedReport.of(List.of(MergedReport.of(List.of(FIRST, SECOND)), OTHER_SEED));

    assertThat(inSteps).isEqualTo(MergedReport.of(List.of(FIRST, SECOND, OTHER_SEED)));
  }

  @Test
  void theSameLegTwiceIsRefused() {
    assertThatThrownBy(() -> MergedReport.of(List.of(FIRST, SECOND, FIRST)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(SmallRun.START.toString());
  }

  @Test
  void nothingToMergeIsRefused() {
    assertThatThrownBy(() -> MergedReport.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
