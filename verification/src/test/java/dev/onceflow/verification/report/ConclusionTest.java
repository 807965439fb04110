package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConclusionTest {
  @Test
  void allWellIsValid() {
    assertThat(SmallRun.valid().report().conclusion())
        .isEqualTo(new Conclusion(Answer.VALID, List.of()));
  }

  @Test
  void aDeviationIsInvalid() {
    assertConclusion(
        SmallRun.valid().check("twice", Answer.INVALID, null),
        Answer.INVALID,
        "check twice in leg 1 found 2 deviations");
  }

  @Test
  void aDeviationOutweighsWhatIsNotKnown() {
    assertConclusion(
        SmallRun.valid()
            .check("store", Answer.UNKNOWN, "no dump")
            .check("twice", Answer.INVALID, null),
        Answer.INVALID,
        "check twice in leg 1 found 2 deviations",
        "check store in leg 1 can't say: no dump");
  }

  @Test
  void effectsLostInTheRunUnderTestAreInvalidThoughNoCheckSaysSo() {
    assertConclusion(
        SmallRun.valid().mode("EXACTLY_ONCE", Answer.INVALID, 1, 0),
        Answer.INVALID,
        "exactly-once has 1 lost, 0 twice, 0 other deviations");
  }

  @Test
  void aControlThatWasNotCaughtProvesThatNothingIsProven() {
    assertConclusion(
        SmallRun.valid().mode("DEDUPE_OFF", Answer.VALID, 0, 0),
        Answer.UNKNOWN,
        "control dedupe-off was not caught");
  }

  @Test
  void aKindThatNeverBitProvesNothing() {
    assertConclusion(
        SmallRun.valid().fault("black-hole", 22, 30, null, 40.0, 40.0),
        Answer.UNKNOWN,
        "fault black-hole never bit");
  }

  @Test
  void aBiteInAControlIsNoneInTheRunUnderTest() {
    assertConclusion(
        SmallRun.valid()
            .fault("job-killed", 1, 30, null, 40.0, null)
            .controlLeg()
            .fault("job-killed", 1, 30, 31.0, 40.0, 42.0),
        Answer.UNKNOWN,
        "fault job-killed never bit");
  }

  @Test
  void aKindThatBitOnceMayMissOtherwise() {
    assertConclusion(
        SmallRun.valid().fault("end-txn-answer-lost", 18, 30, null, 40.0, 40.0), Answer.VALID);
  }

  @Test
  void whoDidNotRecoverIsNamed() {
    assertConclusion(
        SmallRun.valid().fault("end-txn-answer-lost", 18, 30, 31.0, 40.0, null),
        Answer.UNKNOWN,
        "fault end-txn-answer-lost in leg 1 of 2026-11-21T18:00:30Z was not recovered from");
  }

  private static void assertConclusion(SmallRun run, Answer answer, String... reasons) {
    Conclusion conclusion = run.report().conclusion();

    assertThat(conclusion.answer()).isEqualTo(answer);
    assertThat(conclusion.reasons()).containsExactly(reasons);
  }
}
