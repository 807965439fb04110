package dev.onceflow.benchmarks.sink;

/** What is measured. */
public enum Case {
  /** Every record is a new row. */
  INSERT(3, 0, false),
  /** Every fifth record updates the row of an earlier one. */
  UPSERT(2, 5, false),
  /** The same, with one exact NUMERIC column. */
  NUMERIC(4, 5, true);

  private final double aim;
  private final int updateEvery;
  private final boolean hasDecimal;

  Case(double aim, int updateEvery, boolean hasDecimal) {
    this.aim = aim;
    this.updateEvery = updateEvery;
    this.hasDecimal = hasDecimal;
  }

  /** How many times the peer's rate ours should be at least. */
  public double aim() {
    return aim;
  }

  /** Whether rows are updated. */
  boolean isUpsert() {
    return updateEvery > 0;
  }

  /** Whether record {@code i} updates an earlier row. */
  boolean isUpdate(int i) {
    return updateEvery > 0 && i % updateEvery == updateEvery - 1;
  }

  /** Whether rows have an exact decimal. */
  boolean hasDecimal() {
    return hasDecimal;
  }

  /** For names of topics and tables. */
  String lowerCase() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
