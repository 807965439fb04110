package dev.onceflow.topology.payments;

import static dev.onceflow.schemas.event.PaymentKind.AUTHORIZE;
import static dev.onceflow.schemas.event.PaymentKind.CAPTURE;
import static dev.onceflow.schemas.event.PaymentKind.CREDIT;
import static dev.onceflow.schemas.event.PaymentKind.REFUND;
import static dev.onceflow.schemas.event.PaymentKind.SALE;
import static dev.onceflow.schemas.event.PaymentKind.VOID;
import static dev.onceflow.schemas.event.PaymentStatus.AUTHORIZED;
import static dev.onceflow.schemas.event.PaymentStatus.CAPTURED;
import static dev.onceflow.schemas.event.PaymentStatus.CREDITED;
import static dev.onceflow.schemas.event.PaymentStatus.NONE;
import static dev.onceflow.schemas.event.PaymentStatus.VOIDED;
import static dev.onceflow.topology.payments.Guard.SAME_PAYMENT;
import static dev.onceflow.topology.payments.Guard.WITHIN_AUTHORIZED;
import static dev.onceflow.topology.payments.Guard.WITHIN_CAPTURED;
import static dev.onceflow.topology.payments.Rule.NOT_CAPTURABLE;
import static dev.onceflow.topology.payments.Rule.NOT_REFUNDABLE;
import static dev.onceflow.topology.payments.Rule.NOT_VOIDABLE;
import static dev.onceflow.topology.payments.Rule.PAYMENT_EXISTS;
import static dev.onceflow.topology.payments.Rule.PAYMENT_UNKNOWN;
import static dev.onceflow.topology.payments.SumsChange.PLUS_AUTHORIZED;
import static dev.onceflow.topology.payments.SumsChange.PLUS_AUTHORIZED_AND_CAPTURED;
import static dev.onceflow.topology.payments.SumsChange.PLUS_CAPTURED;
import static dev.onceflow.topology.payments.SumsChange.PLUS_REFUNDED;
import static dev.onceflow.topology.payments.SumsChange.UNCHANGED;

import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a payment allows, as data: one line for each state and each kind of event, none left out and
 * none twice. {@link PaymentMachine} carries it out and knows no rule of its own; docs/payments.md
 * is written from it.
 *
 * <p>The lines of {@link #PAYMENTS} keep {@code 0 <= refunded <= captured <= authorized} in every
 * state that they lead to.
 */
final class PaymentTable {
  /**
   * The payments of this job. A kind that can't begin a payment checks first whose payment it is.
   */
  static final PaymentTable PAYMENTS =
      new PaymentTable(
          List.of(
              on(NONE, AUTHORIZE).moves(AUTHORIZED, PLUS_AUTHORIZED),
              on(NONE, CAPTURE).refuses(PAYMENT_UNKNOWN),
              on(NONE, VOID).refuses(PAYMENT_UNKNOWN),
              on(NONE, REFUND).refuses(PAYMENT_UNKNOWN),
              on(NONE, SALE).moves(CAPTURED, PLUS_AUTHORIZED_AND_CAPTURED),
              on(NONE, CREDIT).moves(CREDITED, UNCHANGED),
              //
              on(AUTHORIZED, AUTHORIZE).refuses(PAYMENT_EXISTS),
              on(AUTHORIZED, CAPTURE)
                  .given(SAME_PAYMENT, WITHIN_AUTHORIZED)
                  .moves(CAPTURED, PLUS_CAPTURED),
              // It releases the authorisation whole, whatever amount it names.
              on(AUTHORIZED, VOID).given(SAME_PAYMENT).moves(VOIDED, UNCHANGED),
              on(AUTHORIZED, REFUND).given(SAME_PAYMENT).refuses(NOT_REFUNDABLE),
              on(AUTHORIZED, SALE).refuses(PAYMENT_EXISTS),
              on(AUTHORIZED, CREDIT).refuses(PAYMENT_EXISTS),
              //
              on(CAPTURED, AUTHORIZE).refuses(PAYMENT_EXISTS),
              on(CAPTURED, CAPTURE)
                  .given(SAME_PAYMENT, WITHIN_AUTHORIZED)
                  .moves(CAPTURED, PLUS_CAPTURED),
              on(CAPTURED, VOID).given(SAME_PAYMENT).refuses(NOT_VOIDABLE),
              on(CAPTURED, REFUND)
                  .given(SAME_PAYMENT, WITHIN_CAPTURED)
                  .moves(CAPTURED, PLUS_REFUNDED),
              on(CAPTURED, SALE).refuses(PAYMENT_EXISTS),
              on(CAPTURED, CREDIT).refuses(PAYMENT_EXISTS),
              //
              on(VOIDED, AUTHORIZE).refuses(PAYMENT_EXISTS),
              on(VOIDED, CAPTURE).given(SAME_PAYMENT).refuses(NOT_CAPTURABLE),
              on(VOIDED, VOID).given(SAME_PAYMENT).refuses(NOT_VOIDABLE),
              on(VOIDED, REFUND).given(SAME_PAYMENT).refuses(NOT_REFUNDABLE),
              on(VOIDED, SALE).refuses(PAYMENT_EXISTS),
              on(VOIDED, CREDIT).refuses(PAYMENT_EXISTS),
              //
              on(CREDITED, AUTHORIZE).refuses(PAYMENT_EXISTS),
              on(CREDITED, CAPTURE).given(SAME_PAYMENT).refuses(NOT_CAPTURABLE),
              on(CREDITED, VOID).given(SAME_PAYMENT).refuses(NOT_VOIDABLE),
              on(CREDITED, REFUND).given(SAME_PAYMENT).refuses(NOT_REFUNDABLE),
              on(CREDITED, SALE).refuses(PAYMENT_EXISTS),
              on(CREDITED, CREDIT).refuses(PAYMENT_EXISTS)));

  private final Map<PaymentStatus, Map<PaymentKind, Line>> lines =
      new EnumMap<>(PaymentStatus.class);

  /**
   * @param lines one for each state and kind, in any order
   * @throws IllegalArgumentException if one is missing or there twice
   */
  PaymentTable(List<Line> lines) {
    for (Line line : lines) {
      Line twin =
          this.lines
              .computeIfAbsent(line.state(), state -> new EnumMap<>(PaymentKind.class))
              .put(line.kind(), line);
      if (twin != null) {
        throw new IllegalArgumentException(
            "%s in state %s has two lines".formatted(line.kind(), line.state()));
      }
    }
    for (PaymentStatus state : PaymentStatus.values()) {
      for (PaymentKind kind : PaymentKind.values()) {
        if (!this.lines.containsKey(state) || !this.lines.get(state).containsKey(kind)) {
          throw new IllegalArgumentException("%s in state %s has no line".formatted(kind, state));
        }
      }
    }
  }

  /** What an event of this kind does in this state. */
  Line line(PaymentStatus state, PaymentKind kind) {
    return lines.get(state).get(kind);
  }

  /** All lines, by state, then by kind. */
  List<Line> lines() {
    List<Line> all = new ArrayList<>();
    lines.values().forEach(byKind -> all.addAll(byKind.values()));
    return all;
  }

  /**
   * One line.
   *
   * @param state the state that the event meets
   * @param kind the event's kind
   * @param guards what must hold, in this order; the first that doesn't refuses the event
   * @param outcome what happens if all of them hold
   */
  record Line(PaymentStatus state, PaymentKind kind, List<Guard> guards, Outcome outcome) {
    Line {
      guards = List.copyOf(guards);
    }
  }

  /** What happens to an event that no guard refuses. */
  sealed interface Outcome {
    /**
     * The payment moves on.
     *
     * @param next its state from now on
     * @param change what becomes of its sums
     */
    record Move(PaymentStatus next, SumsChange change) implements Outcome {}

    /**
     * The state allows no event of this kind.
     *
     * @param rule what forbids it
     */
    record Refusal(Rule rule) implements Outcome {}
  }

  /** Begins a line. */
  static Cell on(PaymentStatus state, PaymentKind kind) {
    return new Cell(state, kind, List.of());
  }

  /** A line that doesn't say yet what happens. */
  record Cell(PaymentStatus state, PaymentKind kind, List<Guard> guards) {
    Cell given(Guard... all) {
      return new Cell(state, kind, List.of(all));
    }

    Line moves(PaymentStatus next, SumsChange change) {
      return new Line(state, kind, guards, new Outcome.Move(next, change));
    }

    Line refuses(Rule rule) {
      return new Line(state, kind, guards, new Outcome.Refusal(rule));
    }
  }
}
