package dev.onceflow.verification.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;

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

  /** Missing lists are empty. */
  public ChaosReport {
    legs = Copies.of(legs);
    samples = Copies.of(samples);
    faults = Copies.of(faults);
    checks = Copies.of(checks);
    modes = Copies.of(modes);
    leftOut = Copies.of(leftOut);
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
}
