package dev.onceflow.verification.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OracleTest {
  private final Oracle oracle = new Oracle();

  @Test
  void aPaymentRunsThroughItsLife() {
    assertThat(see("e1", PaymentKind.AUTHORIZE, 100)).isEqualTo(Verdict.APPLIED);
    assertThat(see("e2", PaymentKind.CAPTURE, 60)).isEqualTo(Verdict.APPLIED);
    assertThat(see("e3", PaymentKind.CAPTURE, 41)).isEqualTo(Verdict.REJECTED);
    assertThat(see("e4", PaymentKind.VOID, 100)).isEqualTo(Verdict.REJECTED);
    assertThat(see("e5", PaymentKind.REFUND, 60)).isEqualTo(Verdict.APPLIED);
    assertThat(see("e6", PaymentKind.REFUND, 1)).isEqualTo(Verdict.REJECTED);

    assertThat(oracle.effects().facts())
        .hasSize(4 + 2 + 1)
        .containsEntry("balance customer:a:GBP 0 after 2 entries", 1L)
        .containsEntry("merchant day m 2026-01-01 GBP 2 entries 0", 1L);
  }

  @Test
  void copiesAreToldFromAlteredCopies() {
    see("e1", PaymentKind.SALE, 100);

    assertThat(see("e1", PaymentKind.SALE, 100)).isEqualTo(Verdict.DUPLICATE);
    assertThat(see("e1", PaymentKind.SALE, 101)).isEqualTo(Verdict.QUARANTINED);
  }

  @Test
  void whatCannotBeAPaymentGoesToTheDlq() {
    assertThat(oracle.accept(new InputRecord(null, ByteBuffer.allocate(3), null)))
        .isEqualTo(Verdict.DLQ);
    assertThat(see("e1", PaymentKind.SALE, 0)).isEqualTo(Verdict.DLQ);
    assertThat(see("e1", PaymentKind.SALE, 1)).isEqualTo(Verdict.APPLIED);
  }

  @Test
  void anEffectThatStandsTwiceIsSurplus() {
    see("e1", PaymentKind.SALE, 100);
    Effects found = oracle.effects();
    found.entry("e1", "p", "customer:a:GBP", "GBP", 100);

    Judgement judgement = Judgement.of(oracle.effects(), found);

    assertThat(judgement.isExactlyOnce()).isFalse();
    assertThat(judgement.surplus()).containsExactly("entry e1 p customer:a:GBP GBP 100 (2 times)");
  }

  @Test
  void anEffectThatIsNotThereIsMissing() {
    see("e1", PaymentKind.SALE, 100);
    Effects found = oracle.effects();
    found.facts().remove("entry e1 p merchant:m:GBP GBP -100");

    assertThat(Judgement.of(oracle.effects(), found).missing()).hasSize(1);
    assertThat(Judgement.of(oracle.effects(), oracle.effects()).isExactlyOnce()).isTrue();
  }

  private Verdict see(String eventId, PaymentKind kind, long amount) {
    PaymentEvent event =
        new PaymentEvent(
            eventId,
            "p",
            "a",
            "m",
            kind,
            amount,
            "GBP",
            Instant.parse("2026-01-01T23:59:59Z"),
            null);
    ByteBuffer value = StandardCharsets.UTF_8.encode(event.toString());
    return oracle.accept(new InputRecord(eventId, value, event));
  }
}
