package dev.onceflow.streams.verdict;

/**
 * How many records of one input partition were read so far and what became of them. {@code read} is
 * always the sum of the other counts: a tally that breaks this can't be made.
 *
 * @param read records read
 * @param applied of these, took effect
 * @param rejected of these, refused by a business rule
 * @param duplicate of these, decided before
 * @param quarantined of these, set aside undecided
 * @param dlq of these, could not be read or processed
 * @param nextOffset the offset after the last record counted
 */
public record Tally(
    long read,
    long applied,
    long rejected,
    long duplicate,
    long quarantined,
    long dlq,
    long nextOffset) {
  /** Nothing read yet. */
  public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0);

  /** Checks the sum. */
  public Tally {
    if (read != applied + rejected + duplicate + quarantined + dlq) {
      throw new IllegalArgumentException(
          "read = %d is not the sum of applied %d, rejected %d, duplicate %d, quarantined %d, dlq %d"
              .formatted(read, applied, rejected, duplicate, quarantined, dlq));
    }
  }

  /**
   * This tally and one more record.
   *
   * @param outcome what became of the record
   * @param offset where the record lies in its partition
   */
  public Tally plus(Outcome outcome, long offset) {
    return new Tally(
        read + 1,
        applied + one(outcome, Outcome.APPLIED),
        rejected + one(outcome, Outcome.REJECTED),
        duplicate + one(outcome, Outcome.DUPLICATE),
        quarantined + one(outcome, Outcome.QUARANTINED),
        dlq + one(outcome, Outcome.DLQ),
        offset + 1);
  }

  private static int one(Outcome outcome, Outcome counted) {
    return outcome == counted ? 1 : 0;
  }
}
