package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be true of every history, found from its events and entries alone. */
enum Invariant {
  /** Debits are credits, in each currency. */
  ENTRIES_SUM_TO_ZERO {
    @Override
    boolean holdsIn(PaymentHistory history) {
      Map<String, Long> sums = new HashMap<>();
      history.entries.forEach(
          entry -> sums.merge(entry.getCurrency(), entry.getAmountMinor(), Long::sum));
      return sums.values().stream().allMatch(sum -> sum == 0);
    }
  },

  /** No payment takes more than was reserved. */
  CAPTURED_WITHIN_AUTHORIZED {
    @Override
    boolean holdsIn(PaymentHistory history) {
      return history.states.keySet().stream()
          .allMatch(
              payment ->
                  history.sum(payment, PaymentKind.CAPTURE, PaymentKind.SALE)
                      <= history.sum(payment, PaymentKind.AUTHORIZE, PaymentKind.SALE));
    }
  },

  /** No payment gives back more than it took. */
  REFUNDED_WITHIN_CAPTURED {
    @Override
    boolean holdsIn(PaymentHistory history) {
      return history.states.keySet().stream()
          .allMatch(
              payment ->
                  history.sum(payment, PaymentKind.REFUND)
                      <= history.sum(payment, PaymentKind.CAPTURE, PaymentKind.SALE));
    }
  },

  /** A payment's state has the sums of its events, and none beyond the limit of one event. */
  STATES_ARE_SUMS_OF_EVENTS {
    @Override
    boolean holdsIn(PaymentHistory history) {
      return history.states.entrySet().stream()
          .allMatch(
              payment -> {
                PaymentState state = payment.getValue();
                String id = payment.getKey();
                return state.getAuthorizedMinor()
                        == history.sum(id, PaymentKind.AUTHORIZE, PaymentKind.SALE)
                    && state.getCapturedMinor()
                        == history.sum(id, PaymentKind.CAPTURE, PaymentKind.SALE)
                    && state.getRefundedMinor() == history.sum(id, PaymentKind.REFUND)
                    && state.getAuthorizedMinor() <= Validation.AMOUNT_MINOR_MAX;
              });
    }
  },

  /** Money of a payment moves between one customer's and one merchant's account. */
  PAYMENTS_KEEP_THEIR_ACCOUNTS {
    @Override
    boolean holdsIn(PaymentHistory history) {
      Map<String, Set<String>> accounts = new HashMap<>();
      history.entries.forEach(
          entry ->
              accounts
                  .computeIfAbsent(
                      entry.getPaymentId() + ' ' + entry.getAccountType(), key -> new HashSet<>())
                  .add(entry.getAccount()));
      return accounts.values().stream().allMatch(each -> each.size() == 1);
    }
  },

  /** A balance is the sum of its account's entries, its version their number. */
  BALANCES_ARE_SUMS_OF_ENTRIES {
    @Override
    boolean holdsIn(PaymentHistory history) {
      Map<String, List<Long>> expected = new HashMap<>();
      history.entries.forEach(
          entry -> expected.merge(entry.getAccount(), one(entry.getAmountMinor()), Invariant::add));
      Map<String, List<Long>> found = new HashMap<>();
      for (AccountBalance balance : history.balances.values()) {
        found.put(balance.getAccount(), List.of(balance.getBalanceMinor(), balance.getVersion()));
      }
      return found.equals(expected);
    }
  },

  /**
   * A daily total is the sum of the merchant's entries of that day, by side; its version counts.
   */
  TOTALS_ARE_SUMS_OF_ENTRIES {
    @Override
    boolean holdsIn(PaymentHistory history) {
      Map<Day, List<Long>> expected = new HashMap<>();
      for (LedgerEntry entry : history.entries) {
        if (entry.getAccountType() == AccountType.MERCHANT) {
          long amount = entry.getAmountMinor();
          expected.merge(
              Day.of(entry),
              amount < 0 ? List.of(-amount, 0L, 1L, 0L, 1L) : List.of(0L, amount, 0L, 1L, 1L),
              Invariant::add);
        }
      }
      Map<Day, List<Long>> found = new HashMap<>();
      for (MerchantDailyTotal total : history.totals.values()) {
        found.put(
            new Day(total.getMerchantId(), total.getDay(), total.getCurrency()),
            List.of(
                total.getCapturedMinor(),
                total.getRefundedMinor(),
                total.getCaptures(),
                total.getRefunds(),
                total.getVersion()));
      }
      return found.equals(expected) && history.totals.size() == expected.size();
    }
  },

  /** All entries of a total have one account, so they lie in one partition of ledger-entries. */
  A_TOTAL_IS_OF_ONE_ACCOUNT {
    @Override
    boolean holdsIn(PaymentHistory history) {
      Map<String, Set<String>> accounts = new HashMap<>();
      history.entries.stream()
          .filter(DailyTotals::counts)
          .forEach(
              entry ->
                  accounts
                      .computeIfAbsent(DailyTotals.key(entry), key -> new HashSet<>())
                      .add(entry.getAccount()));
      return accounts.values().stream().allMatch(each -> each.size() == 1);
    }
  },

  /** An event that comes twice in a row is applied once at most. */
  NOTHING_IS_APPLIED_TWICE {
    @Override
    boolean holdsIn(PaymentHistory history) {
      return history.appliedTwice.isEmpty();
    }
  };

  abstract boolean holdsIn(PaymentHistory history);

  /** Those that don't hold. */
  static Collection<Invariant> violatedIn(PaymentHistory history) {
    EnumSet<Invariant> violated = EnumSet.allOf(Invariant.class);
    violated.removeIf(invariant -> invariant.holdsIn(history));
    return violated;
  }

  private static List<Long> one(long amount) {
    return List.of(amount, 1L);
  }

  private static List<Long> add(List<Long> left, List<Long> right) {
    Long[] sums = new Long[left.size()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = left.get(i) + right.get(i);
    }
    return List.of(sums);
  }

  private record Day(String merchant, LocalDate day, String currency) {
    // From when it happened, not from what the entry says of it.
    static Day of(LedgerEntry entry) {
      return new Day(
          entry.getPartyId(),
          LocalDate.ofInstant(entry.getOccurredAt(), ZoneOffset.UTC),
          entry.getCurrency());
    }
  }
}
