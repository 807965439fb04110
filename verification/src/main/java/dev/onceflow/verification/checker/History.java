package dev.onceflow.verification.checker;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of a run: the input, what stands after it, and what was seen during it. What
 * was not recorded is empty, and the checks that need it say that they had nothing to look at.
 *
 * <p>Offsets that are committed are recorded before what they speak of is read: then everything
 * below them must stand.
 */
public interface History {
  /** What the job was told. */
  Rules rules();

  /** Every committed record of {@code payments}. */
  Log<InputRecord> input();

  /**
   * What the job's group has committed as read, by {@code topic-partition}, of its inputs {@code
   * payments} and {@code ledger-entries}; empty where everything must have been read.
   */
  default Map<String, Long> committed() {
    return Map.of();
  }

  /** What the job has committed to its topics. */
  default Optional<Outputs> outputs() {
    return Optional.empty();
  }

  /** Whether the totals' topic may have been cleaned, so that earlier totals may be gone. */
  default boolean mayHaveBeenCleaned() {
    return false;
  }

  /** What the job has committed to its changelogs. */
  default Optional<Changelogs> changelogs() {
    return Optional.empty();
  }

  /** What the target database holds. */
  default Optional<Tables> tables() {
    return Optional.empty();
  }

  /** What the job said of its state. */
  default List<StoreAnswer> answers() {
    return List.of();
  }

  /** How far the partitions reach. */
  default List<LogEnds> ends() {
    return List.of();
  }

  /** Transactions that the coordinators list as open. */
  default List<OpenTransaction> openTransactions() {
    return List.of();
  }

  /** What readers saw during the run. */
  default List<Reader> readers() {
    return List.of();
  }

  /** What a reader of committed records sees after the run, by {@code topic-partition}. */
  default Map<String, SeenLog> committedLogs() {
    return Map.of();
  }

  /** Whether something was done in the run that must have aborted transactions. */
  default boolean abortsExpected() {
    return false;
  }

  /** The faults of the run. */
  default List<Fault> faults() {
    return List.of();
  }

  /** What the processes took up during the run. */
  default List<Sample> samples() {
    return List.of();
  }
}
