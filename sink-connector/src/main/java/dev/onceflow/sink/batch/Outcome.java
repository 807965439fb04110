package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.write.Applied;
import dev.onceflow.sink.write.EventMemory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What came of a batch's database transaction. Trouble is an exception instead. */
sealed interface Outcome {
  /**
   * Fences and effects are committed.
   *
   * @param durationMs from the beginning of the transaction
   * @param applied what became of the rows
   */
  record Committed(long durationMs, List<Applied> applied) implements Outcome {
    /** Copies its list. */
    public Committed {
      applied = List.copyOf(applied);
    }
  }

  /**
   * Nothing was applied: fences weren't where this task had left them.
   *
   * @param fences those, with what the database says of them now
   */
  record Missed(Map<Advance, Optional<FenceRow>> fences) implements Outcome {}

  /**
   * Nothing was applied: the memory of event IDs can't decide some records.
   *
   * @param records which, by their place in the batch
   */
  record Undecided(List<EventMemory.Quarantined> records) implements Outcome {}

  /** Nothing was applied: somebody changed a target table, and rows must be made anew for it. */
  record TableChanged() implements Outcome {}
}
