package dev.onceflow.verification.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentStatus;
import org.junit.jupiter.api.Test;

class OracleTest {
  private static final long HORIZON_MS = 32_000;
  private static final long WIDTH_MS = 1_000;

  private final Oracle oracle = new Oracle(Rules.DEFAULTS.withHorizon(HORIZON_MS).withSkew(5_000));
  private long offset;

  @Test
  void aPaymentRunsThroughItsLife() {
    assertThat(see("e1", PaymentKind.AUTHORIZE, 100).verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(see("e2", PaymentKind.CAPTURE, 60).verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(see("e3", PaymentKind.CAPTURE, 41).reason()).isEqualTo("capture-exceeds-authorized");
    assertThat(see("e4", PaymentKind.VOID, 100).reason()).isEqualTo("not-voidable");
    assertThat(see("e5", PaymentKind.REFUND, 60).entries()).hasSize(2);
    assertThat(see("e6", PaymentKind.REFUND, 1).reason()).isEqualTo("refund-exceeds-captured");
    assertThat(see("e7", PaymentKind.SALE, 1).reason()).isEqualTo("payment-exists");

    assertThat(oracle.payments().state("p").getStatus()).isEqualTo(PaymentStatus.CAPTURED);
    assertThat(oracle.payments().state("p").getRefundedMinor()).isEqualTo(60);
  }

  @Test
  void copiesAreToldFromAlteredCopies() {
    see("e1", PaymentKind.SALE, 100);

    assertThat(see("e1", PaymentKind.SALE, 100).verdict()).isEqualTo(Verdict.DUPLICATE);
    assertThat(see("e1", PaymentKind.SALE, 101).reason()).isEqualTo(Ruling.ALTERED);
  }

  @Test
  void whatCannotBeAPaymentGoesToTheDlq() {
    assertThat(oracle.accept(TestingHistory.poison(0, 0, 0)).verdict()).isEqualTo(Verdict.DLQ);
    assertThat(see("e1", PaymentKind.SALE, 0).verdict()).isEqualTo(Verdict.DLQ);
    assertThat(see("e1", PaymentKind.SALE, 1).verdict()).isEqualTo(Verdict.APPLIED);
  }

  @Test
  void aCopyIsKnownUntilItsBucketIsPastTheHorizonAndUnprovableFromThenOn() {
    // The bucket of what comes at 0 ends at the next whole second.
    long end = WIDTH_MS - TestingHistory.START_MS % WIDTH_MS;
    see("e1", PaymentKind.SALE, 100, 0);

    assertThat(see("e1", PaymentKind.SALE, 100, end + HORIZON_MS - 1).verdict())
        .isEqualTo(Verdict.DUPLICATE);
    assertThat(see("e1", PaymentKind.SALE, 100, end + HORIZON_MS).reason())
        .isEqualTo(Ruling.UNPROVABLE);
  }

  @Test
  void anUnknownIdAboveTheFloorIsNewHoweverOldItIs() {
    see("e1", PaymentKind.SALE, 100, 0);
    String younger = TestingHistory.id(TestingHistory.START_MS + 1, "e2");

    assertThat(see(younger, PaymentKind.REFUND, 1, 10 * HORIZON_MS).verdict())
        .isEqualTo(Verdict.APPLIED);
    assertThat(see("e3", PaymentKind.REFUND, 1, 10 * HORIZON_MS).reason())
        .isEqualTo(Ruling.UNPROVABLE);
  }

  @Test
  void anIdWithoutATimeGoesByWhenItHappenedPastTheHorizon() {
    see("an-opaque-id", PaymentKind.AUTHORIZE, 100, 0);

    assertThat(see("an-opaque-id", PaymentKind.VOID, 100, 10 * HORIZON_MS).reason())
        .isEqualTo(Ruling.UNPROVABLE);
  }

  @Test
  void theClockNeverGoesBack() {
    see("e1", PaymentKind.SALE, 100, 0);
    see("e1", PaymentKind.SALE, 100, 2 * HORIZON_MS);

    assertThat(see("e1", PaymentKind.SALE, 100, 0).reason()).isEqualTo(Ruling.UNPROVABLE);
  }

  @Test
  void anIdThatIsAheadIsNotRemembered() {
    String ahead = TestingHistory.id(TestingHistory.START_MS + 5_001, "e1");

    assertThat(see(ahead, PaymentKind.SALE, 100, 0).reason()).isEqualTo(Ruling.FUTURE);
    assertThat(see(ahead, PaymentKind.SALE, 100, 1).verdict()).isEqualTo(Verdict.APPLIED);
  }

  private Ruling see(String name, PaymentKind kind, long amount) {
    return see(name, kind, amount, 0);
  }

  private Ruling see(String name, PaymentKind kind, long amount, long afterMs) {
    return oracle.accept(TestingHistory.event(0, offset++, afterMs, name, "p", kind, amount));
  }
}
