package dev.onceflow.sink.schema;

/** What is done where a table and the schema of its records differ. */
public enum EvolutionMode {
  /**
   * Nothing: fields without a column are left out, what doesn't fit is refused record by record.
   */
  NONE,
  /** The task stops and names the whole difference. */
  VALIDATE,
  /** The table is made, or gets new and wider columns; it never loses any. */
  ADDITIVE
}
