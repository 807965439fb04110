package dev.onceflow.benchmarks.replay;

import java.util.List;

/**
 * A table that two databases have.
 *
 * @param key a text expression that names a row
 * @param rows what is compared of it, as it stands behind FROM
 * @param changed a column that the comparison's control changes
 */
record ComparedTable(String name, String key, String rows, String changed) {
  private static final ComparedTable ENTRIES =
      whole("ledger_entries", "entry_id::text", "amount_minor");
  private static final ComparedTable TOTALS =
      whole("merchant_daily_totals", "merchant_id || ' ' || day || ' ' || currency", "entries");
  private static final ComparedTable BALANCES =
      whole("account_balances", "account", "balance_minor");

  /** Whole rows: of two sinks that read the same topics. */
  static final List<ComparedTable> OF_TWO_SINKS = List.of(BALANCES, ENTRIES, TOTALS);

  /**
   * Of two runs of the job. In each an account's entries are the same, but for the order in which
   * those of several input partitions come: which of them is the last is no run's to say alone, and
   * {@code last_entry_id} and {@code updated_at} say just that.
   */
  static final List<ComparedTable> OF_TWO_RUNS =
      List.of(
          new ComparedTable(
              BALANCES.name(),
              BALANCES.key(),
              "(SELECT account, account_type, party_id, currency, balance_minor, balance, version"
                  + " FROM account_balances)",
              BALANCES.changed()),
          ENTRIES,
          TOTALS);

  private static ComparedTable whole(String name, String key, String changed) {
    return new ComparedTable(name, key, name, changed);
  }
}
