package dev.onceflow.verification.chaos;

import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.LeftOut;
import dev.onceflow.verification.report.Leg;
import dev.onceflow.verification.report.ModeResult;
import dev.onceflow.verification.report.Sample;
import java.util.List;

/**
 * All that a trial found out.
 *
 * @param leg when it was
 * @param faults in the order in which they came
 * @param checks what was judged in the end
 * @param mode the same, counted
 * @param samples readings during it
 * @param observations what happened that no fault had done
 * @param leftOut what was not looked at, and why
 * @param sent records that the load sent
 */
record Outcome(
    Leg leg,
    List<Fault> faults,
    List<Check> checks,
    ModeResult mode,
    List<Sample> samples,
    List<String> observations,
    List<LeftOut> leftOut,
    long sent) {
  Outcome {
    faults = List.copyOf(faults);
    checks = List.copyOf(checks);
    samples = List.copyOf(samples);
    observations = List.copyOf(observations);
    leftOut = List.copyOf(leftOut);
  }

  /** What the checks say together. */
  static Answer answer(List<Check> checks) {
    return checks.stream().map(Check::answer).reduce(Answer.VALID, Answer::and);
  }
}
