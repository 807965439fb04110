package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import java.math.BigDecimal;
import java.util.Currency;

/** An account: its balance is the sum of its entries so far. */
final class AccountLine extends Line<AccountBalance> {
  private static final int SCALE = 4;

  private final String account;
  private final AccountType type;
  private final String party;
  private final String currency;
  private int version;
  private long sum;

  AccountLine(ExpectedEntries entries, LedgerEntry first) {
    super(entries);
    account = first.getAccount();
    type = first.getAccountType();
    party = first.getPartyId();
    currency = first.getCurrency();
  }

  @Override
  String name() {
    return account;
  }

  @Override
  AccountBalance at(int wanted) {
    if (wanted < version) {
      version = 0;
      sum = 0;
    }
    while (version < wanted) {
      version++;
      sum += entries().amount(entry(version));
    }
    int last = entry(wanted);
    int digits = Currency.getInstance(currency).getDefaultFractionDigits();
    return new AccountBalance(
        account,
        type,
        party,
        currency,
        sum,
        BigDecimal.valueOf(sum, digits).setScale(SCALE),
        (long) wanted,
        entries().id(last),
        entries().occurredAt(last));
  }
}
