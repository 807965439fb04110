package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import java.util.List;
import java.util.Optional;

/** Turns effects into SQL over a stage. */
public interface Effects {
  /** The memory of event IDs; empty where every row that is staged counts, twins and all. */
  Optional<EventMemory> memory();

  /**
   * The statements that carry a stage's rows into the target table, in their order. Rows of events
   * that were seen before have been taken out.
   */
  List<String> sql(TableSpec spec, Stage stage);

  /**
   * Checks that the target table can hold the effect.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException with what is wrong and what to do
   */
  void check(TableSpec spec, TargetTable target);
}
