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
  AT_LEAST_ONCE(
      "at least once: a job without Kafka transactions, whose memory of events hides much of it"),

  /** The job takes what comes again for new: it has no memory of events. */
  DEDUPE_OFF("a job to which a copy is a new event, whose effects nobody asked for"),

  /** The sink without its fence and without its memory of events. */
  FENCE_OFF(
      "at least once: a sink that goes on where its consumer group is, and remembers no events"),

  /** A sink that reads what aborted transactions have left, and has no memory to hide it. */
  READ_UNCOMMITTED("a sink that reads what was aborted, and remembers no events"),

  /** A sink that commits offsets before it makes their effects: at most once. */
  OFFSETS_BEFORE_EFFECT("at most once: a sink that commits offsets before their effects"),

  /** A seeded bug: outputs don't say which input record they came of. */
  BUG_FORGOTTEN_HEADER("a job whose outputs don't name their input record"),

  /** A seeded bug: the fence is committed apart from the effects that it stands for. */
  BUG_EFFECT_OUTSIDE_TRANSACTION("a sink that commits its fence apart from the effects"),

  /** A seeded bug: the fence lets earlier owners write, and no memory hides what they write. */
  BUG_WRONG_EPOCH("a sink whose fence lets earlier owners write, and that remembers no events");

  private static final String CONNECTOR = "connector.class";
  private static final String SINK = "dev.onceflow.sink.";
  private static final String LINGER = "batch.linger.ms";
  private static final String A_SECOND = "1000";

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
    return this != FENCE_OFF && this != READ_UNCOMMITTED && commitsAfterEffects();
  }

  /** Whether the offsets that the sink's group has committed are behind its effects. */
  public boolean commitsAfterEffects() {
    return this != OFFSETS_BEFORE_EFFECT;
  }

  /** Settings of the connector in place of those that ship. */
  Map<String, String> sinkChanges() {
    return switch (this) {
      case FENCE_OFF -> Map.of(CONNECTOR, SINK + "WeakenedSinkConnector");
      case READ_UNCOMMITTED ->
          Map.of(
              CONNECTOR,
              SINK + "WeakenedIsolationSinkConnector",
              "consumer.override.isolation.level",
              "read_uncommitted");
      // In batches of a second it is plain what a fault takes with it.
      case OFFSETS_BEFORE_EFFECT ->
          Map.of(CONNECTOR, SINK + "WeakenedOffsetsSinkConnector", LINGER, A_SECOND);
      case BUG_EFFECT_OUTSIDE_TRANSACTION ->
          Map.of(CONNECTOR, SINK + "WeakenedTransactionSinkConnector", LINGER, A_SECOND);
      case BUG_WRONG_EPOCH -> Map.of(CONNECTOR, SINK + "WeakenedEpochSinkConnector");
      default -> Map.of();
    };
  }

  /** Settings of the job in place of those that ship. */
  Map<String, String> jobChanges() {
    return switch (this) {
      case DEDUPE_OFF -> Map.of("main.consumer.interceptor.classes", CopiesLookNew.class.getName());
      case BUG_FORGOTTEN_HEADER ->
          Map.of("producer.interceptor.classes", ForgetsCoordinates.class.getName());
      // As a job ships, its outputs are sent with the end of their transaction, and who is killed
      // before has little to abort. Sent at once and committed late, they are there to be read.
      case READ_UNCOMMITTED -> Map.of("producer.linger.ms", "0", "commit.interval.ms", "1000");
      default -> Map.of();
    };
  }

  /** The main class of the job's processes. */
  String jobMainClass() {
    return this == AT_LEAST_ONCE ? AtLeastOnceJob.class.getName() : "dev.onceflow.cli.Main";
  }

  /** Whether a table must lose the primary key that would hide an effect that came twice. */
  boolean dropsKeysOfInserts() {
    return !keepsFence() || this == BUG_WRONG_EPOCH;
  }
}
