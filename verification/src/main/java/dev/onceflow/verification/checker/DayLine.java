package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import java.time.LocalDate;

/** A merchant's day in one currency: what was taken and given back so far. */
final class DayLine extends Line<MerchantDailyTotal> {
  private final String merchant;
  private final LocalDate day;
  private final String currency;
  private int version;
  private long captured;
  private long refunded;
  private long captures;
  private long refunds;

  DayLine(ExpectedEntries entries, LedgerEntry first) {
    super(entries);
    merchant = first.getPartyId();
    day = first.getBookedOn();
    currency = first.getCurrency();
  }

  @Override
  String name() {
    return merchant + '|' + day + '|' + currency;
  }

  /** What the sink must have added up after so many entries. */
  DailySum sum(int entries) {
    long amount = 0;
    for (int i = 1; i <= entries; i++) {
      amount += entries().amount(entry(i));
    }
    return new DailySum(merchant, day, currency, entries, amount);
  }

  @Override
  MerchantDailyTotal at(int wanted) {
    if (wanted < version) {
      version = 0;
      captured = 0;
      refunded = 0;
      captures = 0;
      refunds = 0;
    }
    while (version < wanted) {
      version++;
      long amount = entries().amount(entry(version));
      // A credit of the merchant is money taken, a debit is money given back.
      captured += Math.max(0, -amount);
      refunded += Math.max(0, amount);
      captures += amount < 0 ? 1 : 0;
      refunds += amount > 0 ? 1 : 0;
    }
    int last = entry(wanted);
    return new MerchantDailyTotal(
        merchant,
        day,
        currency,
        captured,
        refunded,
        captures,
        refunds,
        (long) wanted,
        entries().id(last),
        entries().occurredAt(last));
  }
}
