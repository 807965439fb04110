package dev.onceflow.verification.report;

import java.util.List;

/**
 * Readings at one moment. What could not be read, a database that is away say, is null: a gap in
 * the picture, not a zero. Counts are totals since the run began, over all legs.
 *
 * @param leg the leg's number
 * @param second since the leg began
 * @param inputWritten records that the load wrote and knows to be acknowledged
 * @param entriesCommitted ledger entries in committed transactions
 * @param rowsInDatabase rows in the sink's table; fewer after a restore
 * @param jobLag input records that the job has not committed yet
 * @param sinkLag entries that the sink has not applied yet
 * @param processes what each process held; may be empty where only counts were read
 */
public record Sample(
    int leg,
    double second,
    Long inputWritten,
    Long entriesCommitted,
    Long rowsInDatabase,
    Long jobLag,
    Long sinkLag,
    List<ProcessReading> processes) {
  /** Missing processes are none. */
  public Sample {
    processes = Copies.of(processes);
  }

  Sample inLeg(int other) {
    return new Sample(
        other, second, inputWritten, entriesCommitted, rowsInDatabase, jobLag, sinkLag, processes);
  }
}
