package dev.onceflow.cli.dlq;

/** The states of the rows of {@code onceflow.dlq}, for those who look at the table alone. */
@FunctionalInterface
interface RowStates {
  /**
   * Sets the state of a row that is {@link TableRow.State#NEW}; once more it changes nothing. A row
   * that is gone, or has another state by now, stays so.
   */
  void set(TableRow row, TableRow.State state);
}
