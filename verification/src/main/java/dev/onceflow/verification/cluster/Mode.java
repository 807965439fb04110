package dev.onceflow.verification.cluster;

import java.util.Locale;
import java.util.Map;

/**
 * What of exactly-once is left in a cluster: all of it, or, as a control of the checker, all but
 * one thing. No switch in what ships makes them: a control runs another main class or another
 * connector, of tests.
 */
public enum Mode {
  /** What ships. */
  EXACTLY_ONCE,

  /** The job's topology under {@code processing.guarantee=at_least_once}. */
  AT_LEAST_ONCE,

  /** The sink without its fence and without its memory of events, going on where its group is. */
  FENCE_OFF;

  private static final String WEAKENED_SINK = "dev.onceflow.sink.WeakenedSinkConnector";

  /** Its name on the command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether something must be found wrong in a run in this mode. */
  public boolean isControl() {
    return this != EXACTLY_ONCE;
  }

  /** Whether the sink keeps its position in the database. */
  boolean keepsFence() {
    return this != FENCE_OFF;
  }

  /** Settings of the connector in place of those that ship. */
  Map<String, String> sinkChanges() {
    return this == FENCE_OFF ? Map.of("connector.class", WEAKENED_SINK) : Map.of();
  }

  /** The main class of the job's processes. */
  String jobMainClass() {
    return this == AT_LEAST_ONCE ? AtLeastOnceJob.class.getName() : "dev.onceflow.cli.Main";
  }

  /** Whether a table must lose the primary key that would hide an effect that came twice. */
  boolean dropsKeysOfInserts() {
    return this == FENCE_OFF;
  }
}
