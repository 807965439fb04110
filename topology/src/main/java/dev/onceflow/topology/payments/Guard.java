package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentState;
import java.util.List;
import java.util.Optional;

/** What must hold between an event and the payment that it meets. */
enum Guard {
  /** The event is about this payment's customer, merchant and currency. */
  SAME_PAYMENT {
    @Override
    List<Rule> rules() {
      return List.of(Rule.ACCOUNT_DIFFERS, Rule.MERCHANT_DIFFERS, Rule.CURRENCY_DIFFERS);
    }

    @Override
    Optional<Transition.Refused> refusal(PaymentState state, PaymentEvent event) {
      if (!state.getAccountId().equals(event.getAccountId())) {
        return begunWithAnother(Rule.ACCOUNT_DIFFERS);
      }
      if (!state.getMerchantId().equals(event.getMerchantId())) {
        return begunWithAnother(Rule.MERCHANT_DIFFERS);
      }
      return state.getCurrency().equals(event.getCurrency())
          ? Optional.empty()
          : begunWithAnother(Rule.CURRENCY_DIFFERS);
    }
  },

  /** All captures together stay within what was authorised. */
  WITHIN_AUTHORIZED {
    @Override
    List<Rule> rules() {
      return List.of(Rule.CAPTURE_EXCEEDS_AUTHORIZED);
    }

    @Override
    Optional<Transition.Refused> refusal(PaymentState state, PaymentEvent event) {
      return beyond(
          Rule.CAPTURE_EXCEEDS_AUTHORIZED,
          event.getAmountMinor(),
          state.getAuthorizedMinor(),
          state.getCapturedMinor());
    }
  },

  /** All refunds together stay within what was captured. */
  WITHIN_CAPTURED {
    @Override
    List<Rule> rules() {
      return List.of(Rule.REFUND_EXCEEDS_CAPTURED);
    }

    @Override
    Optional<Transition.Refused> refusal(PaymentState state, PaymentEvent event) {
      return beyond(
          Rule.REFUND_EXCEEDS_CAPTURED,
          event.getAmountMinor(),
          state.getCapturedMinor(),
          state.getRefundedMinor());
    }
  };

  /** The rules by which it refuses. */
  abstract List<Rule> rules();

  /** By which rule it refuses the event, empty if it lets it pass. */
  abstract Optional<Transition.Refused> refusal(PaymentState state, PaymentEvent event);

  private static Optional<Transition.Refused> begunWithAnother(Rule rule) {
    return Optional.of(new Transition.Refused(rule, "the payment was begun with another one"));
  }

  private static Optional<Transition.Refused> beyond(Rule rule, long asked, long limit, long used) {
    // A difference of two sums, never the new sum: it can't overflow.
    long left = limit - used;
    return asked <= left
        ? Optional.empty()
        : Optional.of(
            new Transition.Refused(rule, "asked %d, left %d of %d".formatted(asked, left, limit)));
  }
}
