package dev.onceflow.cli.audit;

/**
 * What the ledger adds up to in one currency, in minor units.
 *
 * @param currency ISO 4217
 * @param entries how many entries there are
 * @param sumMinor the sum of all entries: zero, or the books don't balance
 * @param customerAccounts how many customers' accounts have entries
 * @param customersMinor the sum of their entries
 * @param merchantAccounts how many merchants' accounts have entries
 * @param merchantsMinor the sum of their entries
 */
public record LedgerSums(
    String currency,
    long entries,
    long sumMinor,
    long customerAccounts,
    long customersMinor,
    long merchantAccounts,
    long merchantsMinor) {

  static LedgerSums of(String currency, long amount, boolean customer, boolean firstOfAccount) {
    long account = firstOfAccount ? 1 : 0;
    return customer
        ? new LedgerSums(currency, 1, amount, account, amount, 0, 0)
        : new LedgerSums(currency, 1, amount, 0, 0, account, amount);
  }

  LedgerSums plus(LedgerSums other) {
    return new LedgerSums(
        currency,
        entries + other.entries,
        Math.addExact(sumMinor, other.sumMinor),
        customerAccounts + other.customerAccounts,
        Math.addExact(customersMinor, other.customersMinor),
        merchantAccounts + other.merchantAccounts,
        Math.addExact(merchantsMinor, other.merchantsMinor));
  }
}
