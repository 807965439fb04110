package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;

/**
 * A payment's states and what each allows. In every state {@code 0 <= refunded <= captured <=
 * authorized} holds.
 *
 * <pre>
 *  (none) --AUTHORIZE--> AUTHORIZED --CAPTURE--> CAPTURED --CAPTURE, REFUND--> CAPTURED
 *  (none) --SALE-------------------------------> CAPTURED
 *  (none) --CREDIT-----> CREDITED
 *                        AUTHORIZED --VOID-----> VOIDED
 *
 *             | none | AUTHORIZED           | CAPTURED             | VOIDED | CREDITED
 *  AUTHORIZE  | yes  | -                    | -                    | -      | -
 *  CAPTURE    | -    | up to the authorised | up to the authorised | -      | -
 *  VOID       | -    | yes                  | -                    | -      | -
 *  REFUND     | -    | -                    | up to the captured   | -      | -
 *  SALE       | yes  | -                    | -                    | -      | -
 *  CREDIT     | yes  | -                    | -                    | -      | -
 * </pre>
 *
 * <p>A VOID releases the authorisation whole, whatever amount it names.
 */
public final class PaymentMachine {
  private PaymentMachine() {}

  /**
   * What an event does to a payment.
   *
   * @param state the payment's state, null where it has none
   * @param event a valid event of this payment
   */
  public static Transition apply(PaymentState state, PaymentEvent event) {
    boolean begun = state != null && state.getStatus() != PaymentStatus.NONE;
    return switch (event.getKind()) {
      case AUTHORIZE, SALE, CREDIT -> begun ? exists(state) : begin(event);
      case CAPTURE, VOID, REFUND ->
          begun ? goOn(state, event) : refused(Rule.PAYMENT_UNKNOWN, "the payment has no state");
    };
  }

  private static Transition begin(PaymentEvent event) {
    long amount = event.getAmountMinor();
    return switch (event.getKind()) {
      case AUTHORIZE -> begun(event, PaymentStatus.AUTHORIZED, amount, 0);
      case SALE -> begun(event, PaymentStatus.CAPTURED, amount, amount);
      default -> begun(event, PaymentStatus.CREDITED, 0, 0);
    };
  }

  private static Transition goOn(PaymentState state, PaymentEvent event) {
    Rule differs = differs(state, event);
    if (differs != null) {
      return refused(differs, "the payment was begun with another one");
    }
    return switch (event.getKind()) {
      case CAPTURE -> capture(state, event.getAmountMinor());
      case VOID -> release(state);
      default -> refund(state, event.getAmountMinor());
    };
  }

  private static Rule differs(PaymentState state, PaymentEvent event) {
    if (!state.getAccountId().equals(event.getAccountId())) {
      return Rule.ACCOUNT_DIFFERS;
    }
    if (!state.getMerchantId().equals(event.getMerchantId())) {
      return Rule.MERCHANT_DIFFERS;
    }
    return state.getCurrency().equals(event.getCurrency()) ? null : Rule.CURRENCY_DIFFERS;
  }

  private static Transition capture(PaymentState state, long amount) {
    if (state.getStatus() != PaymentStatus.AUTHORIZED
        && state.getStatus() != PaymentStatus.CAPTURED) {
      return refused(Rule.NOT_CAPTURABLE, "the payment is " + state.getStatus());
    }
    // A difference of two sums, never the new sum: it can't overflow.
    long left = state.getAuthorizedMinor() - state.getCapturedMinor();
    if (amount > left) {
      return refused(
          Rule.CAPTURE_EXCEEDS_AUTHORIZED,
          "asked %d, left %d of %d".formatted(amount, left, state.getAuthorizedMinor()));
    }
    return moved(
        state,
        PaymentStatus.CAPTURED,
        Math.addExact(state.getCapturedMinor(), amount),
        state.getRefundedMinor());
  }

  private static Transition release(PaymentState state) {
    if (state.getStatus() != PaymentStatus.AUTHORIZED) {
      return refused(Rule.NOT_VOIDABLE, "the payment is " + state.getStatus());
    }
    return moved(state, PaymentStatus.VOIDED, 0, 0);
  }

  private static Transition refund(PaymentState state, long amount) {
    if (state.getStatus() != PaymentStatus.CAPTURED) {
      return refused(Rule.NOT_REFUNDABLE, "the payment is " + state.getStatus());
    }
    long left = state.getCapturedMinor() - state.getRefundedMinor();
    if (amount > left) {
      return refused(
          Rule.REFUND_EXCEEDS_CAPTURED,
          "asked %d, left %d of %d".formatted(amount, left, state.getCapturedMinor()));
    }
    return moved(
        state,
        PaymentStatus.CAPTURED,
        state.getCapturedMinor(),
        Math.addExact(state.getRefundedMinor(), amount));
  }

  private static Transition begun(
      PaymentEvent event, PaymentStatus status, long authorized, long captured) {
    return new Transition.Applied(
        new PaymentState(
            status,
            event.getAccountId(),
            event.getMerchantId(),
            event.getCurrency(),
            authorized,
            captured,
            0L));
  }

  private static Transition moved(
      PaymentState state, PaymentStatus status, long captured, long refunded) {
    return new Transition.Applied(
        new PaymentState(
            status,
            state.getAccountId(),
            state.getMerchantId(),
            state.getCurrency(),
            state.getAuthorizedMinor(),
            captured,
            refunded));
  }

  private static Transition exists(PaymentState state) {
    return refused(Rule.PAYMENT_EXISTS, "the payment is " + state.getStatus());
  }

  private static Transition refused(Rule rule, String detail) {
    return new Transition.Refused(rule, detail);
  }
}
