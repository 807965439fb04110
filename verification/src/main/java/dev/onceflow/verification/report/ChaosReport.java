package dev.onceflow.verification.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a chaos run did and what was found. Immutable; {@link ReportJson} reads and writes it.
 *
 * @param format {@link #FORMAT}
 * @param run what was run; of a merged report, the first leg's
 * @param legs the parts of the run, in the order of time
 * @param samples readings, in the order of time
 * @param faults in the order in which they struck
 * @param checks what the checker said
 * @param modes the run under test and its controls
 * @param leftOut what was not done, and why
 */
public record ChaosReport(
    String format,
    Run run,
    List<Leg> legs,
    List<Sample> samples,
    List<Fault> faults,
    List<Check> checks,
    List<ModeResult> modes,
    List<LeftOut> leftOut) {
  /**
   * What {@code format} says. The number rises when a field changes its meaning or goes; a reader
   * passes over fields that it doesn't know.
   */
  public static final String FORMAT = "onceflow-chaos/1";

  /**
   * Missing lists are empty.
   *
   * @throws IllegalArgumentException if something names a leg that isn't there
   */
  public ChaosReport {
    legs = Copies.of(legs);
    samples = Copies.of(samples);
    faults = Copies.of(faults);
    checks = Copies.of(checks);
    modes = Copies.of(modes);
    leftOut = Copies.of(leftOut);
    Set<Integer> known = legs.stream().map(Leg::number).collect(Collectors.toSet());
    samples.forEach(sample -> isIn(known, sample.leg(), "a sample"));
    faults.forEach(fault -> isIn(known, fault.leg(), "fault " + fault.kind()));
    known.add(0);
    checks.forEach(check -> isIn(known, check.leg(), "check " + check.name()));
    modes.forEach(mode -> isIn(known, mode.leg(), "mode " + mode.mode()));
  }

  /** A report in today's format. */
  public static ChaosReport of(
      Run run,
      List<Leg> legs,
      List<Sample> samples,
      List<Fault> faults,
      List<Check> checks,
      List<ModeResult> modes,
      List<LeftOut> leftOut) {
    return new ChaosReport(FORMAT, run, legs, samples, faults, checks, modes, leftOut);
  }

  /** What the run proves, see {@link Conclusion}. */
  @JsonProperty
  public Conclusion conclusion() {
    return Conclusion.of(this);
  }

  /** How long all legs took together, without the pauses between them. */
  public Duration length() {
    return legs.stream().map(Leg::length).reduce(Duration.ZERO, Duration::plus);
  }

  private static void isIn(Set<Integer> known, int leg, String what) {
    if (!known.contains(leg)) {
      throw new IllegalArgumentException(
          "Leg %d of %s is none of the report's: expected one of %s.".formatted(leg, what, known));
    }
  }
}
