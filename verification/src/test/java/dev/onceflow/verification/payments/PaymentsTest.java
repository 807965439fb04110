package dev.onceflow.verification.payments;

import static dev.onceflow.verification.payments.PaymentsUnderTest.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import dev.onceflow.verification.payments.PaymentsUnderTest.Verdicts;
import org.junit.jupiter.api.Test;

/** In the test driver; what follows needs no broker to be seen. */
class PaymentsTest extends PaymentsSuite {
  @Test
  void aCopyOfAnAppliedEventDoesNothing(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    Message<String, PaymentEvent> sale = event("e-1", "p-1", PaymentKind.SALE, 1_530);

    payments.input().send(sale);
    payments.input().send(sale);
    payments.input().send(sale);

    assertThat(payments.verdicts()).isEqualTo(new Verdicts(3, 1, 0, 2, 0, 0));
    assertThat(payments.entries()).hasSize(2);
    assertThat(payments.dailyTotals()).hasSize(1);
    assertThat(payments.rejected()).isEmpty();
  }

  @Test
  void anEventThatComesAgainAlteredGoesWholeToTheQuarantine(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    Message<String, PaymentEvent> altered =
        event("e-1", "p-1", PaymentKind.SALE, 9_999).withHeader("trace", "t-1");
    payments.input().send(event("e-1", "p-1", PaymentKind.SALE, 1_530));

    payments.input().send(altered);
    job.restart();
    payments.input().send(altered);

    assertThat(payments.quarantine())
        .hasSize(2)
        .allSatisfy(
            waiting -> {
              assertThat(waiting.reason()).isEqualTo(Dedupe.ALTERED);
              assertThat(waiting.record().header("trace")).isEqualTo("t-1");
              assertThat(waiting.record().value())
                  .isEqualTo(
                      job.avro()
                          .<PaymentEvent>serializer()
                          .serialize(Topics.PAYMENTS.name(), altered.value()));
            })
        .extracting(waiting -> waiting.at().offset())
        .containsExactly(1L, 2L);
    assertThat(payments.verdicts()).isEqualTo(new Verdicts(3, 1, 0, 0, 2, 0));
    assertThat(payments.entries()).hasSize(2);
  }

  @Test
  void aDeadLetterThatIsPutRightTakesEffectUnderItsOwnId(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    payments.input().send(event("e-1", "p-1", PaymentKind.SALE, 0));
    assertThat(payments.deadLetters())
        .extracting(SetAsideRecord::reason)
        .containsExactly("amount-out-of-range");

    job.restart();
    payments.input().send(event("e-1", "p-1", PaymentKind.SALE, 5));

    assertThat(payments.verdicts()).isEqualTo(new Verdicts(2, 1, 0, 0, 0, 1));
    assertThat(payments.entries()).hasSize(2);
  }

  @Test
  void poisonInTheMiddleOfABatchGoesAsideWhole(JobUnderTest job) {
    PaymentsUnderTest payments = new PaymentsUnderTest(job);
    Message<byte[], byte[]> poison =
        Message.of("p-1".getBytes(UTF_8), new byte[] {9, 9, 9})
            .withId("e-2")
            .withHeader("onceflow_reason", "from before");

    payments.input().send(event("e-1", "p-1", PaymentKind.AUTHORIZE, 100));
    payments.input().sendPoison(poison);
    payments.input().send(event("e-3", "p-1", PaymentKind.CAPTURE, 100));

    assertThat(payments.verdicts()).isEqualTo(new Verdicts(3, 2, 0, 0, 0, 1));
    assertThat(payments.entries())
        .extracting(LedgerEntry::getEventId)
        .containsExactlyInAnyOrder("e-3", "e-3");
    assertThat(payments.deadLetters())
        .singleElement()
        .satisfies(
            dead -> {
              assertThat(dead.record().key()).isEqualTo(poison.key());
              assertThat(dead.record().value()).isEqualTo(poison.value());
              assertThat(dead.record().headers().toArray()).startsWith(poison.headers().toArray());
              assertThat(dead.record().arrival()).isEqualTo(job.now());
              assertThat(dead.reason()).isEqualTo("unreadable");
              assertThat(dead.detail()).contains("wire format");
              assertThat(dead.at().topic()).isEqualTo(Topics.PAYMENTS.name());
              assertThat(dead.at().offset()).isEqualTo(1);
            });
  }
}
