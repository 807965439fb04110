package dev.onceflow.cli.audit;

import java.util.function.Consumer;

/** One side of a comparison; can be read more than once, and gives the same rows each time. */
interface RowSource {
  /** Reads every row, in any order, in memory that does not grow with their number. */
  void forEach(Consumer<AuditRow> action);
}
