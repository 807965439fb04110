package dev.onceflow.streams.observe;

import dev.onceflow.streams.preflight.Report;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * Whether the job lives, and whether it works. It lives until its threads have given up: restarting
 * the process before that would only cost the state another restore. It works when it is assigned,
 * its state is restored, and records that wait are processed. Thread-safe.
 */
public final class Health {
  private static final Set<KafkaStreams.State> DEAD =
      Set.of(
          KafkaStreams.State.PENDING_ERROR,
          KafkaStreams.State.ERROR,
          KafkaStreams.State.NOT_RUNNING);

  private final KafkaStreams streams;
  private final KafkaNumbers numbers;
  private final RestoreProgress restore;
  private final Report preflight;
  private final Progress progress;
  private final Clock clock;

  /**
   * @param streams the running job
   * @param restore its restore listener
   * @param preflight what was found before the start
   * @param stalled how long records may wait without any being processed
   * @param clock measures that
   */
  public Health(
      KafkaStreams streams,
      RestoreProgress restore,
      Report preflight,
      Duration stalled,
      Clock clock) {
    this.streams = streams;
    this.numbers = new KafkaNumbers(streams::metrics);
    this.restore = restore;
    this.preflight = preflight;
    this.progress = new Progress(stalled);
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param yes whether it lives, or works
   * @param state Streams' own state
   * @param reasons why not, for people
   * @param activeTasks tasks that this instance processes
   * @param standbyTasks tasks whose state it keeps a copy of
   * @param accepted preflight rules whose violation was accepted
   * @param notVisible preflight rules that could not be checked
   */
  public record Status(
      boolean yes,
      String state,
      List<String> reasons,
      int activeTasks,
      int standbyTasks,
      List<String> accepted,
      List<String> notVisible) {}

  /** Whether the process should be left alone. */
  public Status live() {
    KafkaStreams.State state = streams.state();
    return status(DEAD.contains(state) ? List.of("the job has ended: " + state) : List.of());
  }

  /** Whether it does its work. */
  public Status ready() {
    List<String> reasons = new ArrayList<>();
    KafkaStreams.State state = streams.state();
    if (state != KafkaStreams.State.RUNNING) {
      reasons.add("the job is " + state);
    } else if (streams.metadataForLocalThreads().isEmpty()) {
      // Streams says RUNNING for as long as it could take a thread.
      reasons.add("all threads failed and wait to be replaced");
    }
    if (restore.changelogs() > 0) {
      reasons.add(
          "%d records are still to be restored%s"
              .formatted(
                  restore.left(),
                  restore
                      .eta()
                      .map(eta -> ", done in about " + eta.toSeconds() + " s")
                      .orElse("")));
    }
    double waiting = waiting();
    long stoodMs = progress.look(clock.millis(), processed(), Math.round(waiting));
    if (stoodMs > 0) {
      reasons.add(
          "%.0f records wait, and none was processed for %d ms".formatted(waiting, stoodMs));
    }
    return status(reasons);
  }

  /** Records that lie between the job's position and the last stable offset of its partitions. */
  double waiting() {
    return waiting(numbers);
  }

  static double waiting(KafkaNumbers numbers) {
    return numbers.sum(
        "consumer-fetch-manager-metrics", "records-lag", metric -> !isOfRestore(metric));
  }

  // What a restore or a standby has to catch up with waits for nobody to process it.
  private static boolean isOfRestore(MetricName metric) {
    String client = metric.tags().get("client-id");
    return client != null && client.endsWith("-restore-consumer");
  }

  private long processed() {
    return Math.round(numbers.sum("stream-thread-metrics", "process-total"));
  }

  private Status status(List<String> reasons) {
    Set<ThreadMetadata> threads = streams.metadataForLocalThreads();
    return new Status(
        reasons.isEmpty(),
        streams.state().name(),
        reasons,
        threads.stream().mapToInt(thread -> thread.activeTasks().size()).sum(),
        threads.stream().mapToInt(thread -> thread.standbyTasks().size()).sum(),
        preflight.acceptedViolations().stream().map(finding -> finding.rule()).toList(),
        preflight.notVisible().stream().map(finding -> finding.rule()).toList());
  }
}
