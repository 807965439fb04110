package dev.onceflow.cli.audit;

import dev.onceflow.schemas.event.VerdictCounts;

/**
 * What became of every record of the input, as the job counted it in the Kafka transactions of the
 * effects, beside what the topics hold.
 *
 * @param read records of {@code payments} that the job has read
 * @param applied events that took effect
 * @param rejected events that a business rule refused
 * @param duplicate events that were known already
 * @param quarantined events that could not be decided
 * @param dlq records that could not be read or processed
 * @param inPayments records that {@code payments} holds
 * @param inRejected records that {@code payments-rejected} holds
 * @param inQuarantine records that {@code payments-quarantine} holds
 * @param inDlq records that {@code payments-dlq} holds
 */
public record Conservation(
    long read,
    long applied,
    long rejected,
    long duplicate,
    long quarantined,
    long dlq,
    long inPayments,
    long inRejected,
    long inQuarantine,
    long inDlq) {

  static Conservation of(
      Iterable<VerdictCounts> partitions,
      long inPayments,
      long inRejected,
      long inQuarantine,
      long inDlq) {
    long[] sums = new long[6];
    for (VerdictCounts counts : partitions) {
      sums[0] += counts.getRead();
      sums[1] += counts.getApplied();
      sums[2] += counts.getRejected();
      sums[3] += counts.getDuplicate();
      sums[4] += counts.getQuarantined();
      sums[5] += counts.getDlq();
    }
    return new Conservation(
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        sums[4],
        sums[5],
        inPayments,
        inRejected,
        inQuarantine,
        inDlq);
  }

  /** True if nothing was lost and nothing counted twice. */
  public boolean holds() {
    return read == applied + rejected + duplicate + quarantined + dlq
        && read == inPayments
        && rejected == inRejected
        && quarantined == inQuarantine
        && dlq == inDlq;
  }
}
