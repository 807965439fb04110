package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import java.math.BigDecimal;

/** An account's balance as the sum of its entries, in the order in which they came. */
public final class Balances {
  private static final int SCALE = 4;

  private Balances() {}

  /**
   * The balance with one more entry.
   *
   * @param before the balance so far, null before the account's first entry
   * @param entry the account's next entry
   * @throws ArithmeticException if the sum does not fit 64 bits of minor units; it never wraps
   */
  public static AccountBalance plus(AccountBalance before, LedgerEntry entry) {
    long sum = before == null ? 0 : before.getBalanceMinor();
    long version = before == null ? 0 : before.getVersion();
    long balance;
    try {
      balance = Math.addExact(sum, entry.getAmountMinor());
    } catch (ArithmeticException e) {
      ArithmeticException overflow =
          new ArithmeticException(
              "Account %s: balance %d and entry %s of %d do not fit 64 bits of minor units"
                  .formatted(entry.getAccount(), sum, entry.getEntryId(), entry.getAmountMinor()));
      overflow.initCause(e);
      throw overflow;
    }
    return new AccountBalance(
        entry.getAccount(),
        entry.getAccountType(),
        entry.getPartyId(),
        entry.getCurrency(),
        balance,
        major(balance, entry.getCurrency()),
        version + 1,
        entry.getEntryId(),
        entry.getOccurredAt());
  }

  private static BigDecimal major(long minor, String currency) {
    int digits =
        Currencies.fractionDigits(currency)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "currency " + currency + " is unknown; entries have known ones"));
    return BigDecimal.valueOf(minor, digits).setScale(SCALE);
  }
}
