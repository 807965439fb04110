package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;

/**
 * Turns effects into SQL: one statement over a stage. A stage may hold an event's twins; the
 * statement must do what one of them, alone, would.
 */
public interface Effects {
  /** The statement that carries all rows of {@code stage} into the target table. */
  String sql(TableSpec spec, Stage stage);

  /** Whether rows of that effect are reduced to the first one for each event ID before staging. */
  boolean dropsTwins(Effect effect);

  /**
   * Checks that the target table can hold the effect.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException with what is wrong and what to do
   */
  void check(TableSpec spec, TargetTable target);
}
