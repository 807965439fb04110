package dev.onceflow.topology.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.serde.AvroSerdes;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random histories of the domain alone, without Kafka, against its invariants. */
class InvariantsTest {
  private static final int HISTORIES = 500;

  /** What is wrong with a domain in which one invariant is lost. */
  private static final Map<Invariant, Domain> BROKEN =
      new TreeMap<>(
          Map.of(
              Invariant.ENTRIES_SUM_TO_ZERO,
              Domain.REAL.withPostings(InvariantsTest::withAFeeThatGoesNowhere),
              Invariant.CAPTURED_WITHIN_AUTHORIZED,
              Domain.REAL.without(Guard.WITHIN_AUTHORIZED),
              Invariant.REFUNDED_WITHIN_CAPTURED,
              Domain.REAL.without(Guard.WITHIN_CAPTURED),
              Invariant.STATES_ARE_SUMS_OF_EVENTS,
              Domain.REAL.withMachine(InvariantsTest::wholeCapturesOnly),
              Invariant.PAYMENTS_KEEP_THEIR_ACCOUNTS,
              Domain.REAL.without(Guard.SAME_PAYMENT),
              Invariant.BALANCES_ARE_SUMS_OF_ENTRIES,
              Domain.REAL.withBalances(InvariantsTest::neverBelowZero),
              Invariant.TOTALS_ARE_SUMS_OF_ENTRIES,
              Domain.REAL.withPostings(InvariantsTest::bookedInTokyo),
              Invariant.A_TOTAL_IS_OF_ONE_ACCOUNT,
              Domain.REAL.withPostings(InvariantsTest::oneAccountAPayment),
              Invariant.NOTHING_IS_APPLIED_TWICE,
              Domain.REAL.withMachine(InvariantsTest::withoutItsLastEvent)));

  // To copy a contract Avro makes its enums by name, of trusted classes only; serdes add the
  // contracts to these. In a random order of tests no other may have made one before.
  @BeforeAll
  static void trustContracts() {
    assertThat(new AvroSerdes(Map.of("schema.registry.url", "http://127.0.0.1:1"))).isNotNull();
  }

  @Test
  void everyHistoryKeepsTheInvariants() {
    for (long seed = 1; seed <= HISTORIES; seed++) {
      PaymentHistory history = new PaymentHistory(Domain.REAL, seed);

      assertThat(Invariant.violatedIn(history)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void theHistoriesReachEveryKindOfMoveAndEveryRule() {
    Set<PaymentKind> applied = EnumSet.noneOf(PaymentKind.class);
    Set<Rule> refusedBy = EnumSet.noneOf(Rule.class);

    for (long seed = 1; seed <= 20; seed++) {
      PaymentHistory history = new PaymentHistory(Domain.REAL, seed);
      history.applied.forEach(event -> applied.add(event.getKind()));
      refusedBy.addAll(history.refusedBy);
    }

    assertThat(applied).containsExactlyInAnyOrder(PaymentKind.values());
    assertThat(refusedBy).containsExactlyInAnyOrder(Rule.values());
  }

  @ParameterizedTest
  @EnumSource(Invariant.class)
  void aDomainWithoutTheInvariantIsCaught(Invariant invariant) {
    assertThat(lossesIn(BROKEN.get(invariant), invariant)).isPositive();
  }

  @Test
  void aTotalThatCountsRefundsAsCapturesIsCaught() {
    assertThat(
            lossesIn(
                Domain.REAL.withTotals(InvariantsTest::refundsTakenForCaptures),
                Invariant.TOTALS_ARE_SUMS_OF_ENTRIES))
        .isPositive();
  }

  private static long lossesIn(Domain broken, Invariant invariant) {
    return LongStream.rangeClosed(1, 50)
        .mapToObj(seed -> new PaymentHistory(broken, seed))
        .filter(history -> !invariant.holdsIn(history))
        .count();
  }

  private static List<LedgerEntry> withAFeeThatGoesNowhere(PaymentEvent event) {
    return Postings.of(event).stream()
        .map(
            entry ->
                entry.getAmountMinor() < -50
                    ? LedgerEntry.newBuilder(entry)
                        .setAmountMinor(entry.getAmountMinor() + 1)
                        .build()
                    : entry)
        .toList();
  }

  private static List<LedgerEntry> bookedInTokyo(PaymentEvent event) {
    return Postings.of(event).stream()
        .map(
            entry ->
                LedgerEntry.newBuilder(entry)
                    .setBookedOn(LocalDate.ofInstant(entry.getOccurredAt(), ZoneOffset.ofHours(9)))
                    .build())
        .toList();
  }

  private static List<LedgerEntry> oneAccountAPayment(PaymentEvent event) {
    return Postings.of(event).stream()
        .map(
            entry ->
                LedgerEntry.newBuilder(entry)
                    .setAccount(entry.getAccount() + ':' + entry.getPaymentId())
                    .build())
        .toList();
  }

  private static Transition wholeCapturesOnly(PaymentState state, PaymentEvent event) {
    Transition transition = new PaymentMachine().apply(state, event);
    return event.getKind() == PaymentKind.CAPTURE
            && transition instanceof Transition.Applied applied
        ? new Transition.Applied(
            PaymentState.newBuilder(applied.next())
                .setCapturedMinor(applied.next().getAuthorizedMinor())
                .build())
        : transition;
  }

  private static Transition withoutItsLastEvent(PaymentState state, PaymentEvent event) {
    PaymentState forgetful =
        state == null ? null : PaymentState.newBuilder(state).setLastEventId(null).build();
    return new PaymentMachine().apply(forgetful, event);
  }

  private static AccountBalance neverBelowZero(AccountBalance before, LedgerEntry entry) {
    AccountBalance after = Balances.plus(before, entry);
    return after.getBalanceMinor() < 0
        ? AccountBalance.newBuilder(after).setBalanceMinor(0).build()
        : after;
  }

  private static MerchantDailyTotal refundsTakenForCaptures(
      MerchantDailyTotal before, LedgerEntry entry) {
    return DailyTotals.plus(
        before,
        LedgerEntry.newBuilder(entry).setAmountMinor(-Math.abs(entry.getAmountMinor())).build());
  }
}
