package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.PaymentState;

/** What an event does to a payment. */
public sealed interface Transition {
  /**
   * The payment moves on.
   *
   * @param next its state from now on
   */
  record Applied(PaymentState next) implements Transition {}

  /** The payment's last event again: it has had its effects, the payment stays as it is. */
  record Unchanged() implements Transition {}

  /**
   * A business rule says no; the payment stays as it is.
   *
   * @param rule the rule
   * @param detail what was asked, what the state allows
   */
  record Refused(Rule rule, String detail) implements Transition {}
}
