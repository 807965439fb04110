package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.FenceRow;
import java.util.Map;
import java.util.Optional;

/** What came of a batch's database transaction. Trouble is an exception instead. */
sealed interface Outcome {
  /**
   * Fences and effects are committed.
   *
   * @param durationMs from the beginning of the transaction
   */
  record Committed(long durationMs) implements Outcome {}

  /**
   * Nothing was applied: fences weren't where this task had left them.
   *
   * @param fences those, with what the database says of them now
   */
  record Missed(Map<Advance, Optional<FenceRow>> fences) implements Outcome {}
}
