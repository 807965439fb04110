package dev.onceflow.verification.report;

import java.util.List;
import java.util.Map;

/**
 * What one check said of the run under test (never of a control, see {@link ModeResult}).
 *
 * @param leg the leg's number; 0 for the whole run
 * @param name stable: {@code lost}, {@code twice}, {@code conservation} ...
 * @param answer whether it held
 * @param counts what it counted, by name: records compared, partitions ...
 * @param deviations how many there are, listed or not
 * @param findings the first of them
 * @param note what a reader must know to read the answer; why it isn't known; may be null
 */
public record Check(
    int leg,
    String name,
    Answer answer,
    Map<String, Long> counts,
    long deviations,
    List<Deviation> findings,
    String note) {
  /**
   * Checks that the answer and the deviations agree.
   *
   * @throws IllegalArgumentException if a check that held has deviations
   */
  public Check {
    counts = Copies.of(counts);
    findings = Copies.of(findings);
    if (answer == null) {
      throw new IllegalArgumentException(
          "Check %s has no answer: expected valid, invalid or unknown.".formatted(name));
    }
    if (answer == Answer.VALID && (deviations != 0 || !findings.isEmpty())) {
      throw new IllegalArgumentException(
          "Check %s is valid with %d deviations, %d of them listed: expected none."
              .formatted(name, deviations, findings.size()));
    }
  }

  Check inLeg(int other) {
    return new Check(other, name, answer, counts, deviations, findings, note);
  }
}
