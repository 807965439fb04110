package dev.onceflow.verification.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.VerdictCounts;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each check, by a history with one thing wrong: the control that it can say no. */
class CheckerTest {
  private final TestingHistory history = new TestingHistory();

  @Test
  void theCleanHistoryPassesEveryCheck() {
    Judgement judgement = Checker.judge(history);

    assertThat(judgement.findings()).isEmpty();
    assertThat(judgement.holds()).isTrue();
    for (Check check : Check.values()) {
      assertThat(judgement.answer(check)).as(check.text()).isEqualTo(Judgement.Answer.HELD);
    }
    assertThat(judgement.numbers())
        .containsEntry("input", 10L)
        .containsEntry("input APPLIED", 4L)
        .containsEntry("input QUARANTINED unprovable", 1L)
        .containsEntry("aborted records seen", 3L);
  }

  @Test
  void whatWasNotRecordedIsNotLookedAt() {
    Judgement judgement =
        Checker.judge(
            new History() {
              @Override
              public Rules rules() {
                return history.rules();
              }

              @Override
              public Log<InputRecord> input() {
                return history.input();
              }
            });

    assertThat(judgement.holds()).isTrue();
    assertThat(judgement.answer(Check.LOST)).isEqualTo(Judgement.Answer.NOT_LOOKED_AT);
    assertThat(judgement.answer(Check.GROWTH)).isEqualTo(Judgement.Answer.NOT_LOOKED_AT);
  }

  @Test
  void anEntryThatIsNotThereIsLost() {
    history.entries.remove(5);

    Judgement judgement = Checker.judge(history);

    assertThat(judgement.answer(Check.LOST)).isEqualTo(Judgement.Answer.VIOLATED);
    assertThat(judgement.lost()).containsEntry("ledger-entries", 1L);
    assertThat(judgement.findings())
        .anyMatch(each -> each.check() == Check.LOST && each.coordinates().equals("payments-0-7"));
  }

  @Test
  void aRejectionThatIsNotThereIsLost() {
    history.rejected.clear();

    assertOnly(Check.LOST);
  }

  @Test
  void aRowThatIsNotThereIsLost() {
    history.rows.remove(0);

    assertThat(Checker.judge(history).lost()).containsEntry("table ledger_entries", 1L);
  }

  @Test
  void aLatestBalanceThatIsNotThereIsLost() {
    history.balances.remove(2);

    assertThat(Checker.judge(history).lost()).containsEntry("account-balances", 1L);
  }

  @Test
  void aTotalInBetweenThatIsNotThereIsLost() {
    history.totals.remove(1);

    assertOnly(Check.LOST);
  }

  @Test
  void anEntryThatStandsAgainIsThereTwice() {
    OutputRecord<LedgerEntry> first = history.entries.get(0);
    history.entries.add(
        new OutputRecord<>(
            new Place("ledger-entries", 0, 7),
            first.key(),
            first.eventId(),
            first.source(),
            null,
            first.value()));

    Judgement judgement = Checker.judge(history);

    assertThat(judgement.twice()).containsEntry("ledger-entries", 1L);
    assertThat(judgement.isExactlyOnce()).isFalse();
  }

  @Test
  void aSumThatCountsAnEntryTwiceHasItTwice() {
    DailySum day = history.dayRows.remove(0);
    history.dayRows.add(new DailySum(day.merchantId(), day.day(), day.currency(), 4, -125));

    assertOnly(Check.TWICE);
    assertThat(Checker.judge(history).twiceEffects()).isEqualTo(1);
  }

  @Test
  void aDeadLetterThatStandsAgainIsThereTwice() {
    history.dlq.add(history.dlq.get(0));

    assertOnly(Check.TWICE);
  }

  @Test
  void anEntryWithAnotherAmountIsAltered() {
    history.rows.set(
        0, TestingHistory.with(history.rows.get(0), history.rows.get(0).getEntryId(), 61));

    assertThat(Checker.judge(history).answer(Check.ALTERED)).isEqualTo(Judgement.Answer.VIOLATED);
  }

  @Test
  void anEntryWithoutItsInputsCoordinatesIsAltered() {
    OutputRecord<LedgerEntry> first = history.entries.get(0);
    history.entries.set(
        0,
        new OutputRecord<>(first.place(), first.key(), first.eventId(), null, null, first.value()));

    assertOnly(Check.ALTERED);
  }

  @Test
  void aRecordInQuarantineForAnotherReasonIsAltered() {
    OutputRecord<byte[]> unprovable = history.quarantine.remove(2);
    history.quarantine.add(
        new OutputRecord<>(
            unprovable.place(),
            unprovable.key(),
            null,
            unprovable.source(),
            "altered",
            unprovable.value()));

    assertOnly(Check.ALTERED);
  }

  @Test
  void anEntryThatNothingLeadsToIsForeign() {
    LedgerEntry entry =
        TestingHistory.with(
            history.rows.get(0), TestingHistory.id(TestingHistory.START_MS, "nobody's"), 60);
    history.rows.add(entry);

    assertThat(Checker.judge(history).answer(Check.FOREIGN)).isEqualTo(Judgement.Answer.VIOLATED);
  }

  @Test
  void outputsOfOnePartitionInAnotherOrderAreNamed() {
    OutputRecord<LedgerEntry> captured = history.entries.get(0);
    OutputRecord<LedgerEntry> refunded = history.entries.get(2);
    history.entries.set(0, moved(refunded, captured.place()));
    history.entries.set(2, moved(captured, refunded.place()));

    assertThat(Checker.judge(history).answer(Check.ORDER)).isEqualTo(Judgement.Answer.VIOLATED);
  }

  @Test
  void outputsOfTwoPartitionsMayStandInAnyOrder() {
    OutputRecord<byte[]> first = history.quarantine.remove(0);
    history.quarantine.add(first);

    assertThat(Checker.judge(history).holds()).isTrue();
  }

  @Test
  void aCountThatIsNotTheSumOfItsVerdictsIsNotConserved() {
    history.verdicts.add(
        new KeyedRecord<>(
            new Place("changelog", 0, 1), 0, new VerdictCounts(8L, 3L, 1L, 2L, 1L, 1L, 8L)));

    assertOnly(Check.CONSERVATION);
  }

  @Test
  void inputThatWasNotReadIsNotConserved() {
    history.committed.put("payments-0", 8L);
    history.committed.put("payments-1", 3L);
    history.committed.put("ledger-entries-0", 4L);
    history.committed.put("ledger-entries-1", 4L);
    assertThat(Checker.judge(history).holds()).isTrue();

    history.input.add(
        TestingHistory.event(1, 3, 2 * TestingHistory.HORIZON_MS, "e9", "p9", PaymentKind.SALE, 1));

    assertOnly(Check.CONSERVATION);
  }

  @Test
  void entriesThatDoNotSumToZeroAreSaid() {
    history.entries.set(0, of(history.entries.get(0), 59));

    assertThat(Checker.judge(history).answer(Check.LEDGER_SUM))
        .isEqualTo(Judgement.Answer.VIOLATED);
  }

  @Test
  void aBalanceThatIsNotTheSumOfItsEntriesIsSaid() {
    AccountBalance row = history.balanceRows.get(0);
    history.balanceRows.set(
        0,
        new AccountBalance(
            row.getAccount(),
            row.getAccountType(),
            row.getPartyId(),
            row.getCurrency(),
            64L,
            new BigDecimal("0.6400"),
            row.getVersion(),
            row.getLastEntryId(),
            row.getUpdatedAt()));

    assertOnly(Check.BALANCE);
  }

  @Test
  void aFenceThatStandsBeforeTheEndIsSaid() {
    history.fences.put("ledger-entries-1", 1L);

    assertThat(Checker.judge(history).answer(Check.FENCE)).isEqualTo(Judgement.Answer.VIOLATED);
  }

  @Test
  void aRowBehindTheFenceIsSaid() {
    history.fences.put("ledger-entries-0", 1L);
    history.committedLogs.clear();

    assertThat(Checker.judge(history).findings())
        .anyMatch(
            each -> each.check() == Check.FENCE && each.coordinates().equals("ledger-entries-0-1"));
  }

  @Test
  void aStoreThatAnswersOtherwiseIsSaid() {
    history.answers.add(new StoreAnswer(StoreAnswer.Store.PAYMENTS, "p2", null));

    assertOnly(Check.STORE);
  }

  @Test
  void aChangelogWithAnotherStateIsSaid() {
    history.states.remove(1);

    assertOnly(Check.CHANGELOG);
  }

  @Test
  void aMemoryThatMissesAnIdIsSaid() {
    history.memory.remove(1);

    assertOnly(Check.CHANGELOG);
  }

  @Test
  void aMemoryThatHasNotDeletedWhatIsForgottenIsFine() {
    history.memory.remove(5);

    assertThat(Checker.judge(history).holds()).isTrue();
  }

  @Test
  void anOpenTransactionIsSaid() {
    history.open.add(new OpenTransaction("payments-job-1", 7, "Ongoing"));

    assertOnly(Check.OPEN_TRANSACTION);
  }

  @Test
  void aLogThatCommittedReadersCannotReadToItsEndIsSaid() {
    history.ends.add(new LogEnds("ledger-entries-0", 4, 5, 0));

    assertOnly(Check.LSO);
  }

  @Test
  void aReaderThatSawWhatWasAbortedIsSaid() {
    history.readers.add(reader(0, 1, 2, 3));

    assertOnly(Check.COMMITTED_PREFIX);
  }

  @Test
  void aReaderThatPassedARecordOverIsSaid() {
    history.readers.add(reader(0, 3));

    assertOnly(Check.COMMITTED_PREFIX);
  }

  @Test
  void aReaderThatStoppedEarlyIsFine() {
    history.readers.add(reader(0, 1));

    assertThat(Checker.judge(history).holds()).isTrue();
  }

  @Test
  void aReaderThatSawOtherContentIsSaid() {
    SeenLog other = new SeenLog("ledger-entries-0");
    for (long offset : List.of(0L, 1L, 3L)) {
      other.see(offset, 5);
    }
    history.readers.add(new Reader("other", Reader.Isolation.COMMITTED, other));

    assertOnly(Check.COMMITTED_PREFIX);
  }

  @Test
  void killsThatAbortedNothingAreSaid() {
    history.readers.removeIf(each -> each.isolation() == Reader.Isolation.UNCOMMITTED);
    history.readers.add(
        new Reader(
            "uncommitted",
            Reader.Isolation.UNCOMMITTED,
            TestingHistory.log("ledger-entries-0", 0, 1, 3)));

    assertOnly(Check.ABORTED_SEEN);
    assertThat(Checker.judge(history).isExactlyOnce()).isTrue();
  }

  @Test
  void whatUpstreamAbortedDoesNotStandForTheJob() {
    killsThatAbortedNothingAreSaid();
    history.committedLogs.put("payments-0", TestingHistory.log("payments-0", 0, 1, 3));
    history.readers.add(
        new Reader(
            "uncommitted",
            Reader.Isolation.UNCOMMITTED,
            TestingHistory.log("payments-0", 0, 1, 2, 3)));

    assertOnly(Check.ABORTED_SEEN);
  }

  @Test
  void aFaultWithoutABiteIsSaid() {
    history.faults.add(new Fault("cut-line", 2, "", 0));

    assertOnly(Check.FAULT_NOT_BITTEN);
  }

  @Test
  void aFaultThatNothingRecoveredFromIsSaid() {
    history.faults.add(new Fault("cut-line", 2, "3 connections cut", -1));

    assertOnly(Check.NOT_RECOVERED);
  }

  @Test
  void memoryThatGrowsIsSaid() {
    for (int i = 0; i < 100; i++) {
      history.samples.add(new Sample("job 18", 10.0 * i, (1L << 30) + i * 2_000_000L, 300, 0));
    }

    assertOnly(Check.GROWTH);
  }

  private static Reader reader(long... offsets) {
    return new Reader(
        "other", Reader.Isolation.COMMITTED, TestingHistory.log("ledger-entries-0", offsets));
  }

  private static OutputRecord<LedgerEntry> moved(OutputRecord<LedgerEntry> record, Place to) {
    return new OutputRecord<>(
        to, record.key(), record.eventId(), record.source(), null, record.value());
  }

  private static OutputRecord<LedgerEntry> of(OutputRecord<LedgerEntry> record, long amount) {
    return new OutputRecord<>(
        record.place(),
        record.key(),
        record.eventId(),
        record.source(),
        null,
        TestingHistory.with(record.value(), record.value().getEntryId(), amount));
  }

  private void assertOnly(Check check) {
    Judgement judgement = Checker.judge(history);
    Set<Check> violated = EnumSet.noneOf(Check.class);
    for (Check each : Check.values()) {
      if (judgement.answer(each) == Judgement.Answer.VIOLATED) {
        violated.add(each);
      }
    }
    assertThat(violated).as(judgement.summary()).containsExactly(check);
  }
}
