package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentState;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The functions that the domain is made of, so that a test can break one of them.
 *
 * @param machine what an event does to a payment
 * @param postings what an applied event posts
 * @param balances a balance with one more entry
 * @param totals a daily total with one more entry
 */
record Domain(
    BiFunction<PaymentState, PaymentEvent, Transition> machine,
    Function<PaymentEvent, List<LedgerEntry>> postings,
    BiFunction<AccountBalance, LedgerEntry, AccountBalance> balances,
    BiFunction<MerchantDailyTotal, LedgerEntry, MerchantDailyTotal> totals) {
  static final Domain REAL =
      new Domain(new PaymentMachine()::apply, Postings::of, Balances::plus, DailyTotals::plus);

  Domain withMachine(BiFunction<PaymentState, PaymentEvent, Transition> broken) {
    return new Domain(broken, postings, balances, totals);
  }

  Domain withPostings(Function<PaymentEvent, List<LedgerEntry>> broken) {
    return new Domain(machine, broken, balances, totals);
  }

  Domain withBalances(BiFunction<AccountBalance, LedgerEntry, AccountBalance> broken) {
    return new Domain(machine, postings, broken, totals);
  }

  Domain withTotals(BiFunction<MerchantDailyTotal, LedgerEntry, MerchantDailyTotal> broken) {
    return new Domain(machine, postings, balances, broken);
  }

  /** The domain without one guard. */
  Domain without(Guard guard) {
    List<PaymentTable.Line> lines =
        PaymentTable.PAYMENTS.lines().stream()
            .map(
                line ->
                    new PaymentTable.Line(
                        line.state(),
                        line.kind(),
                        line.guards().stream().filter(each -> each != guard).toList(),
                        line.outcome()))
            .toList();
    return withMachine(new PaymentMachine(new PaymentTable(lines))::apply);
  }
}
