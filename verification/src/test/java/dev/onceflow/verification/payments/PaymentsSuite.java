package dev.onceflow.verification.payments;

import static dev.onceflow.verification.payments.PaymentsUnderTest.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.testkit.JobExtension;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Deliveries;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import dev.onceflow.topology.PaymentsTopology;
import dev.onceflow.verification.payments.PaymentsUnderTest.Verdicts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the payments job has to stand, in the test driver and on a real broker. */
abstract class PaymentsSuite {
  private static final String CUSTOMER = "customer:alice:GBP";

  @RegisterExtension final JobExtension jobs = JobExtension.of(new PaymentsTopology());

  @Test
  void everyEventTakesEffectOnceThroughCopiesAKillAndARestart(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    List<Message<String, PaymentEvent>> sales =
        IntStream.rangeClosed(1, 300)
            .mapToObj(i -> event("sale-" + i, "p-" + i, PaymentKind.SALE, i))
            .toList();
    List<Message<String, PaymentEvent>> delivered = Deliveries.withCopies(sales, 11);

    payments.input().send(delivered.subList(0, 200));
    job.kill();
    // Log: whatever was committed, in whole transactions, and one that is open.
    job.advance(Duration.ofSeconds(1));
    payments.input().send(delivered.subList(200, 300));
    payments.input().sendPoison(new byte[] {0, 1}, new byte[] {1, 2, 3});
    payments.input().send(delivered.subList(300, 400));
    job.restart();
    // The open transaction is aborted; what it had read is read again.
    job.advance(Duration.ofSeconds(1));
    payments.input().send(delivered.subList(400, delivered.size()));

    // Each sale took effect once, all its copies are counted, the poison lies aside.
    int copies = delivered.size() - 300;
    assertThat(payments.verdicts())
        .isEqualTo(new Verdicts(delivered.size() + 1L, 300, 0, copies, 0, 1));
    assertThat(payments.deadLetters()).hasSize(1);
    List<LedgerEntry> entries = payments.entries();
    assertThat(entries).hasSize(600).extracting(LedgerEntry::getEntryId).doesNotHaveDuplicates();
    assertThat(entries.stream().mapToLong(LedgerEntry::getAmountMinor).sum()).isZero();
    assertThat(payments.balance(CUSTOMER).getVersion()).isEqualTo(300);
    assertThat(payments.balance(CUSTOMER).getBalanceMinor()).isEqualTo(45_150);
    assertThat(payments.dailyTotals())
        .extracting(MerchantDailyTotal::getVersion)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 300).boxed().toList());
    assertThat(payments.dailyTotals().get(299).getCapturedMinor()).isEqualTo(45_150);
  }

  @Test
  void theNextOwnerKnowsPaymentsBalancesAndTotals(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    payments.input().send(event("e-1", "p-1", PaymentKind.AUTHORIZE, 100));
    payments.input().send(event("e-2", "p-1", PaymentKind.CAPTURE, 60));
    payments.input().send(event("e-3", "p-1", PaymentKind.CAPTURE, 41));
    assertThat(payments.balance(CUSTOMER).getBalanceMinor()).isEqualTo(60);

    job.restart();
    payments.input().send(event("e-2", "p-1", PaymentKind.CAPTURE, 60));
    payments.input().send(event("e-3", "p-1", PaymentKind.CAPTURE, 41));
    payments.input().send(event("e-4", "p-1", PaymentKind.CAPTURE, 40));

    assertThat(payments.verdicts()).isEqualTo(new Verdicts(6, 3, 1, 2, 0, 0));
    assertThat(payments.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.getEvent().getEventId()).isEqualTo("e-3");
              assertThat(rejected.getRule()).isEqualTo("capture-exceeds-authorized");
              assertThat(rejected.getState().getCapturedMinor()).isEqualTo(60);
            });
    assertThat(payments.balance(CUSTOMER).getBalanceMinor()).isEqualTo(100);
    assertThat(payments.balance(CUSTOMER).getVersion()).isEqualTo(2);
    assertThat(payments.dailyTotals())
        .extracting(MerchantDailyTotal::getCapturedMinor)
        .containsExactly(60L, 100L);
  }

  @Test
  void lateEventsTakeEffectAndThoseThatMayBeForgottenWait(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    Instant start = job.now();
    var first = sale(start, "first");
    // Of the partition of the first, of two and of one: memory is forgotten by partition.
    var missing = sale(start.minusSeconds(1), "missing");
    payments.input().send(first);
    job.advance(Duration.ofDays(30));
    payments.input().send(sale(job.now(), "second"));
    // Younger than all that was forgotten, so it is new however late it comes.
    Instant late = job.now().minus(Duration.ofDays(8));
    payments.input().send(sale(late, "late").arriving(late));

    // Past the horizon of fifteen days: one came before, the other never; nobody can tell.
    payments.input().send(first);
    payments.input().send(missing);

    assertThat(payments.quarantine())
        .extracting(SetAsideRecord::reason)
        .containsExactly(Dedupe.UNPROVABLE, Dedupe.UNPROVABLE);
    assertThat(payments.verdicts()).isEqualTo(new Verdicts(5, 3, 0, 0, 2, 0));
    SetAsideRecord waiting =
        payments.quarantine().stream()
            .filter(each -> new String(each.record().key(), UTF_8).equals("missing"))
            .findAny()
            .orElseThrow();

    payments.input().release(waiting);
    payments.input().release(waiting);

    assertThat(payments.verdicts()).isEqualTo(new Verdicts(7, 4, 0, 1, 2, 0));
    assertThat(payments.balance(CUSTOMER).getVersion()).isEqualTo(4);
  }

  private static Message<String, PaymentEvent> sale(Instant minted, String payment) {
    String id = EventIds.ofContent(minted.toEpochMilli(), payment).toString();
    return event(id, payment, PaymentKind.SALE, 10);
  }
}
