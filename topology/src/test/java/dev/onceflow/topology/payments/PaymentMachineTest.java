package dev.onceflow.topology.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PaymentMachineTest {
  /** A payment is written status authorized/captured/refunded. */
  private static final String EXAMPLES =
      """
      NONE       0/0/0      AUTHORIZE 100 -> AUTHORIZED 100/0/0
      NONE       0/0/0      SALE      100 -> CAPTURED 100/100/0
      NONE       0/0/0      CREDIT    100 -> CREDITED 0/0/0
      NONE       0/0/0      CAPTURE   100 -> payment-unknown
      NONE       0/0/0      VOID      100 -> payment-unknown
      NONE       0/0/0      REFUND    100 -> payment-unknown
      AUTHORIZED 100/0/0    AUTHORIZE 100 -> payment-exists
      AUTHORIZED 100/0/0    SALE      100 -> payment-exists
      AUTHORIZED 100/0/0    CREDIT    100 -> payment-exists
      AUTHORIZED 100/0/0    CAPTURE   100 -> CAPTURED 100/100/0
      AUTHORIZED 100/0/0    CAPTURE    30 -> CAPTURED 100/30/0
      AUTHORIZED 100/0/0    CAPTURE   101 -> capture-exceeds-authorized
      AUTHORIZED 100/0/0    VOID        1 -> VOIDED 100/0/0
      AUTHORIZED 100/0/0    REFUND    100 -> not-refundable
      CAPTURED   100/30/0   AUTHORIZE 100 -> payment-exists
      CAPTURED   100/30/0   SALE      100 -> payment-exists
      CAPTURED   100/30/0   CREDIT    100 -> payment-exists
      CAPTURED   100/30/0   CAPTURE    70 -> CAPTURED 100/100/0
      CAPTURED   100/30/10  CAPTURE    70 -> CAPTURED 100/100/10
      CAPTURED   100/30/0   CAPTURE    71 -> capture-exceeds-authorized
      CAPTURED   100/30/0   CAPTURE   9223372036854775807 -> capture-exceeds-authorized
      CAPTURED   100/1/0    VOID      100 -> not-voidable
      CAPTURED   100/30/0   REFUND     30 -> CAPTURED 100/30/30
      CAPTURED   100/30/10  REFUND     20 -> CAPTURED 100/30/30
      CAPTURED   100/30/0   REFUND     31 -> refund-exceeds-captured
      CAPTURED   100/30/10  REFUND     21 -> refund-exceeds-captured
      CAPTURED   100/30/10  REFUND    9223372036854775807 -> refund-exceeds-captured
      VOIDED     100/0/0    AUTHORIZE 100 -> payment-exists
      VOIDED     100/0/0    SALE      100 -> payment-exists
      VOIDED     100/0/0    CREDIT    100 -> payment-exists
      VOIDED     100/0/0    CAPTURE   100 -> not-capturable
      VOIDED     100/0/0    VOID      100 -> not-voidable
      VOIDED     100/0/0    REFUND    100 -> not-refundable
      CREDITED   0/0/0      AUTHORIZE 100 -> payment-exists
      CREDITED   0/0/0      SALE      100 -> payment-exists
      CREDITED   0/0/0      CREDIT    100 -> payment-exists
      CREDITED   0/0/0      CAPTURE   100 -> not-capturable
      CREDITED   0/0/0      VOID      100 -> not-voidable
      CREDITED   0/0/0      REFUND    100 -> not-refundable
      """;

  private final PaymentMachine machine = new PaymentMachine();

  static Stream<String> examples() {
    return EXAMPLES.lines();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyKindInEveryState(String example) {
    String[] words = example.split(" -> |[ /]+", -1);
    PaymentState before =
        new PaymentState(
            PaymentStatus.valueOf(words[0]),
            "alice",
            "shop",
            "GBP",
            Long.parseLong(words[1]),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            "e-before");
    PaymentEvent event =
        event(PaymentKind.valueOf(words[4]), Long.parseLong(words[5]), "alice", "shop", "GBP");

    assertThat(outcome(machine.apply(before, event)))
        .isEqualTo(example.substring(example.indexOf("->") + 3));
  }

  @Test
  void everyCellHasAnExampleOfItsOutcomeAndOfEachOfItsLimits() {
    Set<String> shown =
        examples()
            .map(example -> example.split(" -> |[ /]+", -1))
            .map(words -> String.join(" ", words[0], words[4], words[6]))
            .collect(Collectors.toSet());

    Set<String> expected =
        PaymentTable.PAYMENTS.lines().stream()
            .flatMap(PaymentMachineTest::outcomes)
            .collect(Collectors.toSet());

    assertThat(PaymentTable.PAYMENTS.lines()).hasSize(30);
    assertThat(shown).isEqualTo(expected);
  }

  /** Who the payment belongs to has examples of its own, below. */
  private static Stream<String> outcomes(PaymentTable.Line line) {
    String last =
        line.outcome() instanceof PaymentTable.Outcome.Move move
            ? move.next().toString()
            : ((PaymentTable.Outcome.Refusal) line.outcome()).rule().text();
    Stream<String> limits =
        line.guards().stream()
            .filter(guard -> guard != Guard.SAME_PAYMENT)
            .flatMap(guard -> guard.rules().stream())
            .map(Rule::text);
    return Stream.concat(limits, Stream.of(last))
        .map(outcome -> String.join(" ", line.state().toString(), line.kind().toString(), outcome));
  }

  @ParameterizedTest
  @CsvSource({
    "bob,   shop,  GBP, account-differs",
    "alice, other, GBP, merchant-differs",
    "alice, shop,  EUR, currency-differs",
  })
  void aPaymentKeepsItsPartiesAndItsCurrency(
      String account, String merchant, String currency, String rule) {
    for (PaymentStatus status : PaymentStatus.values()) {
      if (status != PaymentStatus.NONE) {
        PaymentState before =
            new PaymentState(status, "alice", "shop", "GBP", 100L, 50L, 0L, "e-before");
        for (PaymentKind kind :
            List.of(PaymentKind.CAPTURE, PaymentKind.VOID, PaymentKind.REFUND)) {
          assertThat(outcome(machine.apply(before, event(kind, 1, account, merchant, currency))))
              .as("%s in state %s", kind, status)
              .isEqualTo(rule);
        }
      }
    }
  }

  @Test
  void aPaymentWithoutAStateHasNotBegun() {
    PaymentEvent sale = event(PaymentKind.SALE, 5, "alice", "shop", "GBP");
    PaymentEvent refund = event(PaymentKind.REFUND, 5, "alice", "shop", "GBP");

    assertThat(outcome(machine.apply(null, sale))).isEqualTo("CAPTURED 5/5/0");
    assertThat(outcome(machine.apply(null, refund))).isEqualTo("payment-unknown");
  }

  @ParameterizedTest
  @EnumSource(PaymentKind.class)
  void anEventThatHasJustMovedThePaymentLeavesItAsItIs(PaymentKind kind) {
    int moves = 0;
    for (PaymentTable.Line line : PaymentTable.PAYMENTS.lines()) {
      PaymentState before =
          new PaymentState(line.state(), "alice", "shop", "GBP", 100L, 50L, 0L, "e-before");
      PaymentEvent event = event(kind, 7, "alice", "shop", "GBP");

      if (line.kind() == kind && machine.apply(before, event) instanceof Transition.Applied first) {
        moves++;
        assertThat(first.next().getLastEventId()).isEqualTo(event.getEventId());
        assertThat(machine.apply(first.next(), event)).isEqualTo(new Transition.Unchanged());
      }
    }

    assertThat(moves).isPositive();
  }

  @Test
  void aStateFromBeforeItsLastEventWasKeptGoesOn() {
    PaymentState old =
        new PaymentState(PaymentStatus.CAPTURED, "alice", "shop", "GBP", 100L, 30L, 0L, null);

    Transition transition =
        machine.apply(old, event(PaymentKind.CAPTURE, 70, "alice", "shop", "GBP"));

    assertThat(outcome(transition)).isEqualTo("CAPTURED 100/100/0");
  }

  @Test
  void everyRuleRefusesSomewhere() {
    List<Rule> used = new ArrayList<>();
    for (PaymentTable.Line line : PaymentTable.PAYMENTS.lines()) {
      line.guards().forEach(guard -> used.addAll(guard.rules()));
      if (line.outcome() instanceof PaymentTable.Outcome.Refusal refusal) {
        used.add(refusal.rule());
      }
    }

    assertThat(used).contains(Rule.values());
  }

  @Test
  void aTableWithAHoleOrATwinIsNone() {
    List<PaymentTable.Line> lines = PaymentTable.PAYMENTS.lines();
    List<PaymentTable.Line> twin = new ArrayList<>(lines);
    twin.add(lines.get(0));

    assertThatThrownBy(() -> new PaymentTable(lines.subList(1, lines.size())))
        .hasMessage("AUTHORIZE in state NONE has no line");
    assertThatThrownBy(() -> new PaymentTable(twin))
        .hasMessage("AUTHORIZE in state NONE has two lines");
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
