package dev.onceflow.topology.payments;

import java.util.Locale;

/** The business rules that can refuse an event. Their names are counted by, so they stay. */
public enum Rule {
  /** AUTHORIZE, SALE and CREDIT begin a payment; this one has begun. */
  PAYMENT_EXISTS,
  /** CAPTURE, VOID and REFUND go on with a payment; this one has not begun. */
  PAYMENT_UNKNOWN,
  /** The event names another customer than the payment has. */
  ACCOUNT_DIFFERS,
  /** The event names another merchant than the payment has. */
  MERCHANT_DIFFERS,
  /** The event is in another currency than the payment. */
  CURRENCY_DIFFERS,
  /** The payment is voided or was a credit: there is nothing to capture. */
  NOT_CAPTURABLE,
  /** All captures together would exceed what was authorised. */
  CAPTURE_EXCEEDS_AUTHORIZED,
  /** Something was captured, or there is no authorisation to release. */
  NOT_VOIDABLE,
  /** Nothing was captured, so there is nothing to give back. */
  NOT_REFUNDABLE,
  /** All refunds together would exceed what was captured. */
  REFUND_EXCEEDS_CAPTURED;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The rule's name as it is published, for example {@code capture-exceeds-authorized}. */
  public String text() {
    return text;
  }
}
