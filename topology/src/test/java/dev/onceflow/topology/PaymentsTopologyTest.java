package dev.onceflow.topology;

import static dev.onceflow.topology.PaymentsTester.ARRIVED_MS;
import static dev.onceflow.topology.PaymentsTester.OCCURRED;
import static dev.onceflow.topology.PaymentsTester.event;
import static dev.onceflow.topology.PaymentsTester.header;
import static dev.onceflow.topology.PaymentsTester.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.RegistryAccessException;
import dev.onceflow.schemas.serde.RegistryUnavailableException;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.job.Jobs;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.Tally;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentsTopologyTest {
  private PaymentsTester job;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    job = new PaymentsTester(stateDir);
  }

  @AfterEach
  void stop() {
    job.close();
  }

  @Test
  void aSaleBecomesTwoEntriesThatSumToZero() {
    String id = UUID.randomUUID().toString();

    job.send(event(id, "p-1", PaymentKind.SALE, 1_530));

    List<TestRecord<String, LedgerEntry>> entries = job.entries();
    assertThat(entries)
        .extracting(TestRecord::key)
        .containsExactly("customer:alice:GBP", "merchant:shop:GBP");
    assertThat(entries)
        .extracting(record -> record.value().getAmountMinor())
        .containsExactly(1_530L, -1_530L);
    LedgerEntry debit = entries.get(0).value();
    assertThat(debit.getEntryId())
        .isEqualTo(EventIds.derive(id, "debit", OCCURRED.toEpochMilli()).toString());
    assertThat(debit.getBookedOn()).isEqualTo(LocalDate.of(2010, 12, 1));
    assertThat(debit.getEventId()).isEqualTo(id);
    assertThat(job.tally()).isEqualTo(new Tally(1, 1, 0, 0, 0, 0, 1));
  }

  @Test
  void derivedEventsCarryTheirOwnEnvelopeAndTheInputsTimestamp() {
    job.send(event("e-1", "p-1", PaymentKind.SALE, 10));

    TestRecord<String, LedgerEntry> entry = job.entries().get(0);
    assertThat(header(entry, "ce_id")).isEqualTo(entry.value().getEntryId());
    assertThat(header(entry, "ce_type")).isEqualTo("dev.onceflow.ledger.entry.v1");
    assertThat(header(entry, "ce_source")).isEqualTo("/onceflow/payments");
    assertThat(header(entry, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(entry, "ce_time")).isEqualTo(OCCURRED.toString());
    assertThat(header(entry, "onceflow_input")).isEqualTo("payments-0-0");
    assertThat(entry.timestamp()).isEqualTo(ARRIVED_MS);
    TestRecord<String, AccountBalance> balance = job.balances().get(1);
    String lastEntry = balance.value().getLastEntryId();
    assertThat(header(balance, "ce_id"))
        .isEqualTo(EventIds.derive(lastEntry, "balance", OCCURRED.toEpochMilli()).toString());
    assertThat(header(balance, "ce_type")).isEqualTo("dev.onceflow.account.balance.v1");
    assertThat(header(balance, "onceflow_input")).isEqualTo("ledger-entries-0-1");
    assertThat(balance.headers().toArray()).hasSize(6);
    assertThat(balance.timestamp()).isEqualTo(ARRIVED_MS);
  }

  @Test
  void aBalanceAddsUpItsEntriesAndItsVersionCountsThem() {
    job.send(event("e-1", "p-1", PaymentKind.SALE, 1_530));
    job.send(event("e-2", "p-2", PaymentKind.SALE, 70));
    job.send(event("e-3", "p-1", PaymentKind.REFUND, 530));

    List<AccountBalance> customer =
        job.balances().stream()
            .filter(record -> record.key().equals("customer:alice:GBP"))
            .map(TestRecord::value)
            .toList();
    assertThat(customer)
        .extracting(AccountBalance::getBalanceMinor)
        .containsExactly(1_530L, 1_600L, 1_070L);
    assertThat(customer).extracting(AccountBalance::getVersion).containsExactly(1L, 2L, 3L);
    assertThat(customer.get(2).getBalance()).isEqualByComparingTo("10.7");
    assertThat(customer.get(2).getBalance().scale()).isEqualTo(4);
  }

  @Test
  void aMerchantsDayAddsUpWhatWasTakenAndGivenBack() {
    Instant nextDay = OCCURRED.plusSeconds(60);
    job.send(event("e-1", "p-1", PaymentKind.SALE, 1_530));
    job.send(event("e-2", "p-2", PaymentKind.SALE, 70));
    job.send(event("e-3", "p-1", PaymentKind.REFUND, 530));
    job.send(event("e-4", "p-3", PaymentKind.CREDIT, 5));
    job.send(event("e-5", "p-4", PaymentKind.AUTHORIZE, 5_000));

    job.send(
        PaymentEvent.newBuilder(event("e-6", "p-1", PaymentKind.REFUND, 1_000))
            .setOccurredAt(nextDay)
            .build());

    List<TestRecord<String, MerchantDailyTotal>> totals = job.dailyTotals();
    assertThat(totals)
        .extracting(TestRecord::key)
        .containsExactly(
            "shop|2010-12-01|GBP",
            "shop|2010-12-01|GBP",
            "shop|2010-12-01|GBP",
            "shop|2010-12-01|GBP",
            "shop|2010-12-02|GBP");
    assertThat(totals)
        .extracting(record -> record.value().getVersion())
        .containsExactly(1L, 2L, 3L, 4L, 1L);
    String lastEntry = EventIds.derive("e-4", "debit", OCCURRED.toEpochMilli()).toString();
    assertThat(totals.get(3).value())
        .isEqualTo(
            new MerchantDailyTotal(
                "shop",
                LocalDate.of(2010, 12, 1),
                "GBP",
                1_600L,
                535L,
                2L,
                2L,
                4L,
                lastEntry,
                OCCURRED));
    assertThat(totals.get(4).value().getCapturedMinor()).isZero();
    assertThat(totals.get(4).value().getRefundedMinor()).isEqualTo(1_000);
    assertThat(header(totals.get(3), "ce_id"))
        .isEqualTo(EventIds.derive(lastEntry, "daily-total", OCCURRED.toEpochMilli()).toString());
    assertThat(header(totals.get(3), "ce_type")).isEqualTo("dev.onceflow.merchant.dailytotal.v1");
    assertThat(header(totals.get(3), "ce_time")).isEqualTo(OCCURRED.toString());
    assertThat(header(totals.get(3), "onceflow_input")).isEqualTo("ledger-entries-0-6");
    assertThat(totals.get(3).headers().toArray()).hasSize(6);
    assertThat(totals.get(3).timestamp()).isEqualTo(ARRIVED_MS);
  }

  @Test
  void aPaymentKnowsItsLastEventWhenTheMemoryDoesNot() {
    PaymentEvent capture = event("e-2", "p-1", PaymentKind.CAPTURE, 30);
    job.send(event("e-1", "p-1", PaymentKind.AUTHORIZE, 100));
    job.send(capture);
    KeyValueStore<Bytes, byte[]> memory = job.driver.getKeyValueStore("payments-memory");
    PaymentsTester.forget(memory);

    job.send(capture);

    assertThat(job.entries()).hasSize(2);
    assertThat(job.rejected()).isEmpty();
    assertThat(job.tally()).isEqualTo(new Tally(3, 3, 0, 0, 0, 0, 3));
  }

  @Test
  void aCopyOfARejectedEventIsNotRejectedAgain() {
    PaymentEvent capture = event("e-1", "p-1", PaymentKind.CAPTURE, 10);

    job.send(capture);
    job.send(capture);

    assertThat(job.rejected()).hasSize(1);
    assertThat(job.tally()).isEqualTo(new Tally(2, 0, 1, 1, 0, 0, 2));
  }

  @Test
  void aRefusalNamesTheRuleAndTheStateItMet() {
    job.send(event("e-1", "p-1", PaymentKind.AUTHORIZE, 100));
    job.send(event("e-2", "p-1", PaymentKind.CAPTURE, 60));

    job.send(event("e-3", "p-1", PaymentKind.CAPTURE, 41));

    var rejected = job.rejected().get(0);
    assertThat(rejected.key()).isEqualTo("p-1");
    assertThat(rejected.value().getRule()).isEqualTo("capture-exceeds-authorized");
    assertThat(rejected.value().getDetail()).isEqualTo("asked 41, left 40 of 100");
    assertThat(rejected.value().getState().getCapturedMinor()).isEqualTo(60);
    assertThat(rejected.value().getEvent().getEventId()).isEqualTo("e-3");
    assertThat(header(rejected, "ce_id"))
        .isEqualTo(EventIds.derive("e-3", "rejected", OCCURRED.toEpochMilli()).toString());
    assertThat(job.tally()).isEqualTo(new Tally(3, 2, 1, 0, 0, 0, 3));
  }

  @Test
  void authorizationsAndVoidsPostNothing() {
    job.send(event("e-1", "p-1", PaymentKind.AUTHORIZE, 100));
    job.send(event("e-2", "p-1", PaymentKind.VOID, 100));

    assertThat(job.entries()).isEmpty();
    assertThat(job.tally()).isEqualTo(new Tally(2, 2, 0, 0, 0, 0, 2));
  }

  @Test
  void recordsWithoutKeyOrValueGoToTheDeadLetters() {
    job.send(null, null, new RecordHeaders());
    job.send(null, job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1)), new RecordHeaders());
    job.send("p-2", job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1)), new RecordHeaders());

    assertThat(job.deadLetters())
        .extracting(record -> header(record, SetAside.REASON))
        .containsExactly("no-value", "key-differs", "key-differs");
    assertThat(job.tally()).isEqualTo(new Tally(3, 0, 0, 0, 0, 3, 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void anAmountThatNoPaymentHasGoesToTheDeadLetters(long amount) {
    job.send(event("e-1", "p-1", PaymentKind.SALE, amount));

    assertThat(header(job.deadLetters().get(0), SetAside.REASON)).isEqualTo("amount-out-of-range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gbp", "GB", "ZZZ", "XXX", "XAU"})
  void aCurrencyThatIsNoneGoesToTheDeadLetters(String currency) {
    PaymentEvent event =
        new PaymentEvent(
            "e-1", "p-1", "alice", "shop", PaymentKind.SALE, 1L, currency, OCCURRED, null);

    job.send(event);

    assertThat(header(job.deadLetters().get(0), SetAside.REASON)).isEqualTo("unknown-currency");
  }

  @Test
  void anEmptyIdGoesToTheDeadLetters() {
    job.send(new PaymentEvent("", "p", "a", "m", PaymentKind.SALE, 1L, "GBP", OCCURRED, null));
    job.send(new PaymentEvent("e", "", "a", "m", PaymentKind.SALE, 1L, "GBP", OCCURRED, null));
    job.send(new PaymentEvent("e", "p", " ", "m", PaymentKind.SALE, 1L, "GBP", OCCURRED, null));
    job.send(new PaymentEvent("e", "p", "a", "", PaymentKind.SALE, 1L, "GBP", OCCURRED, null));

    assertThat(job.deadLetters())
        .extracting(record -> header(record, SetAside.DETAIL))
        .containsExactly(
            "event_id is empty",
            "payment_id is empty",
            "account_id is empty",
            "merchant_id is empty");
  }

  @Test
  void anEventIdThatDiffersFromItsHeaderGoesToTheDeadLetters() {
    job.send(
        "p-1",
        job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1)),
        new RecordHeaders().add("ce_id", utf8("e-2")));

    assertThat(header(job.deadLetters().get(0), SetAside.REASON)).isEqualTo("event-id-differs");
  }

  @Test
  void withoutAHeaderTheFieldIsTheEventId() {
    byte[] sale = job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1));

    job.send("p-1", sale, new RecordHeaders());
    job.send("p-1", sale, new RecordHeaders().add("ce_id", utf8("e-1")));

    assertThat(job.tally()).isEqualTo(new Tally(2, 1, 0, 1, 0, 0, 2));
  }

  /** Its entries' IDs would take that time, and the sink refuses IDs that are ahead. */
  @Test
  void aTimeAheadThatItsEntriesIdsWouldTakeIsQuarantined() {
    long limitMs = ARRIVED_MS + 300_000;

    job.send(occurring("order-1", limitMs + 1));
    job.send(occurring("order-2", limitMs));
    job.send(occurring(EventIds.ofContent(ARRIVED_MS, "e-3").toString(), limitMs + 1));

    assertThat(job.quarantine())
        .extracting(record -> header(record, SetAside.REASON))
        .containsExactly(Dedupe.FUTURE);
    assertThat(job.tally()).isEqualTo(new Tally(3, 2, 0, 0, 1, 0, 3));
    assertThat(job.entries())
        .extracting(entry -> EventIds.timeMs(entry.value().getEntryId()).orElseThrow())
        .containsExactly(limitMs, limitMs, ARRIVED_MS, ARRIVED_MS);
  }

  private static PaymentEvent occurring(String id, long occurredAtMs) {
    return PaymentEvent.newBuilder(event(id, "p-" + id, PaymentKind.SALE, 5))
        .setOccurredAt(Instant.ofEpochMilli(occurredAtMs))
        .build();
  }

  @Test
  void aTimeThatNoTableHoldsGoesToTheDeadLetters() {
    job.send(
        new PaymentEvent(
            "e",
            "p",
            "a",
            "m",
            PaymentKind.SALE,
            1L,
            "GBP",
            Instant.ofEpochMilli(Long.MAX_VALUE),
            null));

    assertThat(header(job.deadLetters().get(0), SetAside.REASON)).isEqualTo("time-out-of-range");
  }

  @Test
  void aRegistryThatIsAwayFailsTheJobAndNotTheRecord() {
    byte[] unknownSchema = job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1));
    unknownSchema[4] = 77;
    job.registry.goAway();

    assertThatThrownBy(() -> job.send("p-1", unknownSchema, new RecordHeaders()))
        .hasRootCauseInstanceOf(RegistryUnavailableException.class);
    assertThat(job.deadLetters()).isEmpty();
    assertThat(job.tally()).isEqualTo(Tally.NONE);
  }

  @Test
  void aRegistryThatShutsUsOutFailsTheJobAndNotTheRecord() {
    byte[] unknownSchema = job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1));
    unknownSchema[4] = 77;
    job.registry.shutUsOut();

    assertThatThrownBy(() -> job.send("p-1", unknownSchema, new RecordHeaders()))
        .hasRootCauseInstanceOf(RegistryAccessException.class);
    assertThat(job.deadLetters()).isEmpty();
    assertThat(job.tally()).isEqualTo(Tally.NONE);
  }

  @Test
  void aSchemaThatTheRegistryDoesNotKnowIsTheRecordsFault() {
    byte[] unknownSchema = job.bytes(event("e-1", "p-1", PaymentKind.SALE, 1));
    unknownSchema[4] = 77;

    job.send("p-1", unknownSchema, new RecordHeaders());

    assertThat(header(job.deadLetters().get(0), SetAside.REASON)).isEqualTo("unreadable");
  }

  @Test
  void theJobIsFoundByItsName() {
    assertThat(Jobs.onClassPath().named("payments")).containsInstanceOf(PaymentsTopology.class);
    assertThat(Jobs.onClassPath().named("other")).isEmpty();
  }
}
