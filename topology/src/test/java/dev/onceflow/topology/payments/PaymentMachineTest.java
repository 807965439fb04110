package dev.onceflow.topology.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentMachineTest {
  @ParameterizedTest
  @CsvSource({
    // kind, before: status authorized captured refunded, amount, after
    "AUTHORIZE, NONE,         0,   0,  0, 100, AUTHORIZED 100/0/0",
    "SALE,      NONE,         0,   0,  0, 100, CAPTURED 100/100/0",
    "CREDIT,    NONE,         0,   0,  0, 100, CREDITED 0/0/0",
    "CAPTURE,   AUTHORIZED, 100,   0,  0, 100, CAPTURED 100/100/0",
    "CAPTURE,   AUTHORIZED, 100,   0,  0,  30, CAPTURED 100/30/0",
    "CAPTURE,   CAPTURED,   100,  30,  0,  70, CAPTURED 100/100/0",
    "CAPTURE,   CAPTURED,   100,  30, 10,  70, CAPTURED 100/100/10",
    "VOID,      AUTHORIZED, 100,   0,  0,   1, VOIDED 100/0/0",
    "REFUND,    CAPTURED,   100,  30,  0,  30, CAPTURED 100/30/30",
    "REFUND,    CAPTURED,   100,  30, 10,  20, CAPTURED 100/30/30",
    "AUTHORIZE, AUTHORIZED, 100,   0,  0, 100, payment-exists",
    "SALE,      VOIDED,     100,   0,  0, 100, payment-exists",
    "CREDIT,    CREDITED,     0,   0,  0, 100, payment-exists",
    "CAPTURE,   NONE,         0,   0,  0, 100, payment-unknown",
    "VOID,      NONE,         0,   0,  0, 100, payment-unknown",
    "REFUND,    NONE,         0,   0,  0, 100, payment-unknown",
    "CAPTURE,   VOIDED,     100,   0,  0, 100, not-capturable",
    "CAPTURE,   CREDITED,     0,   0,  0, 100, not-capturable",
    "CAPTURE,   AUTHORIZED, 100,   0,  0, 101, capture-exceeds-authorized",
    "CAPTURE,   CAPTURED,   100,  30,  0,  71, capture-exceeds-authorized",
    "CAPTURE,   CAPTURED,   100,  30,  0, 9223372036854775807, capture-exceeds-authorized",
    "VOID,      CAPTURED,   100,   1,  0, 100, not-voidable",
    "VOID,      VOIDED,     100,   0,  0, 100, not-voidable",
    "VOID,      CREDITED,     0,   0,  0, 100, not-voidable",
    "REFUND,    AUTHORIZED, 100,   0,  0, 100, not-refundable",
    "REFUND,    VOIDED,     100,   0,  0, 100, not-refundable",
    "REFUND,    CREDITED,     0,   0,  0, 100, not-refundable",
    "REFUND,    CAPTURED,   100,  30,  0,  31, refund-exceeds-captured",
    "REFUND,    CAPTURED,   100,  30, 10,  21, refund-exceeds-captured",
    "REFUND,    CAPTURED,   100,  30, 10, 9223372036854775807, refund-exceeds-captured",
  })
  void everyKindInEveryState(
      PaymentKind kind,
      PaymentStatus status,
      long authorized,
      long captured,
      long refunded,
      long amount,
      String expected) {
    PaymentState before =
        new PaymentState(status, "alice", "shop", "GBP", authorized, captured, refunded);

    assertThat(outcome(PaymentMachine.apply(before, event(kind, amount, "alice", "shop", "GBP"))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "bob,   shop,  GBP, account-differs",
    "alice, other, GBP, merchant-differs",
    "alice, shop,  EUR, currency-differs",
  })
  void aPaymentKeepsItsPartiesAndItsCurrency(
      String account, String merchant, String currency, String rule) {
    PaymentState before =
        new PaymentState(PaymentStatus.AUTHORIZED, "alice", "shop", "GBP", 100L, 0L, 0L);

    for (PaymentKind kind :
        new PaymentKind[] {PaymentKind.CAPTURE, PaymentKind.VOID, PaymentKind.REFUND}) {
      assertThat(outcome(PaymentMachine.apply(before, event(kind, 1, account, merchant, currency))))
          .isEqualTo(rule);
    }
  }

  @Test
  void aPaymentWithoutAStateHasNotBegun() {
    PaymentEvent sale = event(PaymentKind.SALE, 5, "alice", "shop", "GBP");
    PaymentEvent refund = event(PaymentKind.REFUND, 5, "alice", "shop", "GBP");

    assertThat(outcome(PaymentMachine.apply(null, sale))).isEqualTo("CAPTURED 5/5/0");
    assertThat(outcome(PaymentMachine.apply(null, refund))).isEqualTo("payment-unknown");
  }

  private static String outcome(Transition transition) {
    if (transition instanceof Transition.Applied applied) {
      PaymentState next = applied.next();
      return "%s %d/%d/%d"
          .formatted(
              next.getStatus(),
              next.getAuthorizedMinor(),
              next.getCapturedMinor(),
              next.getRefundedMinor());
    }
    return ((Transition.Refused) transition).rule().text();
  }

  private static PaymentEvent event(
      PaymentKind kind, long amount, String account, String merchant, String currency) {
    return new PaymentEvent(
        "e", "p", account, merchant, kind, amount, currency, Instant.EPOCH, null);
  }
}
