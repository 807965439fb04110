package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;

/**
 * What a merchant took and gave back on a day, as the sums of the entries of the merchant's
 * account, in the order in which they came. At any time captured minus refunded is what these
 * entries add up to, with the sign turned.
 */
public final class DailyTotals {
  private DailyTotals() {}

  /** Whether an entry counts: each posting moves a merchant's account once. */
  public static boolean counts(LedgerEntry entry) {
    return entry.getAccountType() == AccountType.MERCHANT;
  }

  /**
   * The total that an entry belongs to: merchant, day and currency. No two totals share a key,
   * whatever a merchant's ID is made of, since the other two always have 10 and 3 characters.
   */
  public static String key(LedgerEntry entry) {
    return entry.getPartyId() + '|' + entry.getBookedOn() + '|' + entry.getCurrency();
  }

  /**
   * The total with one more entry.
   *
   * @param before the total so far, null before its first entry
   * @param entry the next entry that counts
   * @throws ArithmeticException if a sum does not fit 64 bits of minor units; it never wraps
   */
  public static MerchantDailyTotal plus(MerchantDailyTotal before, LedgerEntry entry) {
    // A credit of the merchant is money taken, a debit is money given back.
    boolean capture = entry.getAmountMinor() < 0;
    long captured = before == null ? 0 : before.getCapturedMinor();
    long refunded = before == null ? 0 : before.getRefundedMinor();
    long captures = before == null ? 0 : before.getCaptures();
    long refunds = before == null ? 0 : before.getRefunds();
    long version = before == null ? 0 : before.getVersion();
    return new MerchantDailyTotal(
        entry.getPartyId(),
        entry.getBookedOn(),
        entry.getCurrency(),
        capture ? sum(captured, -entry.getAmountMinor(), entry) : captured,
        capture ? refunded : sum(refunded, entry.getAmountMinor(), entry),
        capture ? captures + 1 : captures,
        capture ? refunds : refunds + 1,
        version + 1,
        entry.getEntryId(),
        entry.getOccurredAt());
  }

  private static long sum(long before, long amount, LedgerEntry entry) {
    try {
      return Math.addExact(before, amount);
    } catch (ArithmeticException e) {
      ArithmeticException overflow =
          new ArithmeticException(
              "Daily total %s: %d and entry %s of %d do not fit 64 bits of minor units"
                  .formatted(key(entry), before, entry.getEntryId(), amount));
      overflow.initCause(e);
      throw overflow;
    }
  }
}
