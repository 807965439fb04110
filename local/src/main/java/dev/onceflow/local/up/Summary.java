package dev.onceflow.local.up;

import dev.onceflow.cli.audit.AuditReport;
import java.util.Map;

/**
 * What a run of {@code up} did and found; written as JSON with {@code --json}.
 *
 * @param input what was read and sent
 * @param run what became of the records that arrived in this run
 * @param audit whether topics and tables agree, over everything they hold
 * @param agrees the answer: exit code 0 or 1
 * @param seconds how long each part took
 */
record Summary(
    Input input, Verdicts run, AuditReport audit, boolean agrees, Map<String, Double> seconds) {

  /**
   * @param source where the input came from
   * @param read lines or events read
   * @param sent records sent to {@code payments}
   * @param refused lines that could not be mapped
   * @param refusedBecause how many for each reason
   * @param rejectsFile where they are, or null where none were refused
   */
  record Input(
      String source,
      long read,
      long sent,
      long refused,
      Map<String, Long> refusedBecause,
      String rejectsFile) {}

  /** Counts of verdicts. */
  record Verdicts(
      long read, long applied, long rejected, long duplicate, long quarantined, long dlq) {

    static Verdicts between(PipelineWatch.Progress before, PipelineWatch.Progress after) {
      return new Verdicts(
          after.read() - before.read(),
          after.applied() - before.applied(),
          after.rejected() - before.rejected(),
          after.duplicate() - before.duplicate(),
          after.quarantined() - before.quarantined(),
          after.dlq() - before.dlq());
    }
  }
}
