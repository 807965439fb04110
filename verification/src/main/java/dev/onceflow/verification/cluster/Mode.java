package dev.onceflow.verification.cluster;

import java.util.Locale;
import java.util.Map;

/**
 * What of exactly-once is left in a cluster: all of it, or, as a control of the checker, all but
 * one thing. No switch in what ships makes them: a control runs another main class, a connector of
 * tests, or a plugin of Kafka's clients.
 */
public enum Mode {
  /** What ships. */
  EXACTLY_ONCE("what ships"),

  /** The job's topology under {@code processing.guarantee=at_least_once}. */
  AT_LEAST_ONCE("the job's topology without Kafka transactions"),

  /** The job takes what comes again for new: it has no memory of events. */
  DEDUPE_OFF("a job to which every copy is a new event"),

  /** The sink without its fence and without its memory of events. */
  FENCE_OFF("a sink that goes on where its consumer group is, and remembers no events"),

  /** A sink that reads what aborted transactions have left, and has no memory to hide it. */
  READ_UNCOMMITTED("a sink that reads what was aborted, and remembers no events"),

  /** A seeded bug: outputs don't say which input record they came of. */
  BUG_FORGOTTEN_HEADER("a job whose outputs don't name their input record");

  private final String description;

  Mode(String description) {
    this.description = description;
  }

  /** What is different in it. */
  public String description() {
    return description;
  }

  /** Its name on the command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether something must be found wrong in a run in this mode. */
  public boolean isControl() {
    return this != EXACTLY_ONCE;
  }

  /** Whether the sink keeps its position in the database. */
  public boolean keepsFence() {
    return this != FENCE_OFF && this != READ_UNCOMMITTED;
  }

  /** Settings of the connector in place of those that ship. */
  Map<String, String> sinkChanges() {
    return switch (this) {
      case FENCE_OFF -> Map.of("connector.class", "dev.onceflow.sink.WeakenedSinkConnector");
      case READ_UNCOMMITTED ->
          Map.of(
              "connector.class",
              "dev.onceflow.sink.WeakenedIsolationSinkConnector",
              "consumer.override.isolation.level",
              "read_uncommitted");
      default -> Map.of();
    };
  }

  /** Settings of the job in place of those that ship. */
  Map<String, String> jobChanges() {
    return switch (this) {
      case DEDUPE_OFF -> Map.of("main.consumer.interceptor.classes", CopiesLookNew.class.getName());
      case BUG_FORGOTTEN_HEADER ->
          Map.of("producer.interceptor.classes", ForgetsCoordinates.class.getName());
      default -> Map.of();
    };
  }

  /** The main class of the job's processes. */
  String jobMainClass() {
    return this == AT_LEAST_ONCE ? AtLeastOnceJob.class.getName() : "dev.onceflow.cli.Main";
  }

  /** Whether a table must lose the primary key that would hide an effect that came twice. */
  boolean dropsKeysOfInserts() {
    return !keepsFence();
  }
}
