package dev.onceflow.verification.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The same load and faults in one mode: effects lost, effects twice. A control is a mode that must
 * be caught; without it nobody knows that the checker can say no.
 *
 * @param leg the leg's number; 0 for the whole run
 * @param mode {@code EXACTLY_ONCE}, {@code AT_LEAST_ONCE}, {@code FENCE_OFF} ...
 * @param description what is different in it, in words
 * @param control whether it must be caught
 * @param answer what the checker said of it: INVALID is what a control must be
 * @param effects how many effects there should be
 * @param lost how many of them are missing
 * @param twice how many stand more often than once
 * @param other deviations of other sorts
 * @param caughtBy the names of the checks that saw it
 * @param saw what they saw, in words, with one example; may be null
 */
public record ModeResult(
    int leg,
    String mode,
    String description,
    boolean control,
    Answer answer,
    long effects,
    long lost,
    long twice,
    long other,
    List<String> caughtBy,
    String saw) {
  /** Missing names are none. */
  public ModeResult {
    caughtBy = Copies.of(caughtBy);
  }

  /**
   * Whether a control was caught, or a mode that is no control was found clean. Caught is by its
   * effects: a control whose tasks have failed, or that didn't come to rest, says nothing of
   * whether the checks of effects can say no.
   */
  @JsonProperty
  public boolean asItMust() {
    return control
        ? answer == Answer.INVALID && !caughtBy.isEmpty() && lost + twice + other > 0
        : answer == Answer.VALID && lost == 0 && twice == 0 && other == 0;
  }

  ModeResult inLeg(int number) {
    return new ModeResult(
        number, mode, description, control, answer, effects, lost, twice, other, caughtBy, saw);
  }
}
