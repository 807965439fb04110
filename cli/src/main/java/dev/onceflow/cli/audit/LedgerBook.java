package dev.onceflow.cli.audit;

import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What the ledger's entries add up to: balances, daily totals and sums, worked out from the topic
 * alone, to hold what the job and the sink made against it. Grows with accounts, not with entries.
 */
final class LedgerBook {
  /** A sum and the number of entries in it. */
  static final class Total {
    private long entries;
    private long amountMinor;

    private void add(long amount) {
      entries++;
      amountMinor = Math.addExact(amountMinor, amount);
    }

    long entries() {
      return entries;
    }

    long amountMinor() {
      return amountMinor;
    }
  }

  record Day(String merchantId, LocalDate day, String currency) {}

  private final Map<String, Total> accounts = new HashMap<>();
  private final Map<Day, Total> merchantDays = new HashMap<>();
  private final Map<String, LedgerSums> sums = new TreeMap<>();

  void add(LedgerEntry entry) {
    boolean customer = entry.getAccountType() == AccountType.CUSTOMER;
    Total account = accounts.computeIfAbsent(entry.getAccount(), any -> new Total());
    account.add(entry.getAmountMinor());
    sums.merge(
        entry.getCurrency(),
        LedgerSums.of(entry.getCurrency(), entry.getAmountMinor(), customer, account.entries == 1),
        LedgerSums::plus);
    if (!customer) {
      merchantDays
          .computeIfAbsent(
              new Day(entry.getPartyId(), entry.getBookedOn(), entry.getCurrency()),
              any -> new Total())
          .add(entry.getAmountMinor());
    }
  }

  Map<String, LedgerSums> sumsByCurrency() {
    return sums;
  }

  void forEachAccount(Consumer<AuditRow> action) {
    accounts.forEach(
        (account, total) ->
            action.accept(
                new AuditRow(account, Content.balance(total.amountMinor, total.entries))));
  }

  void forEachMerchantDay(Consumer<AuditRow> action) {
    merchantDays.forEach(
        (day, total) ->
            action.accept(
                new AuditRow(
                    Content.merchantDay(day.merchantId, day.day.toString(), day.currency),
                    Content.totals(total.entries, total.amountMinor))));
  }
}
