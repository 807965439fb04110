package dev.onceflow.topology.payments;

import java.util.Locale;

/** The business rules that can refuse an event. Their names are counted by, so they stay. */
public enum Rule {
  PAYMENT_EXISTS("AUTHORIZE, SALE and CREDIT begin a payment; this one has begun."),
  PAYMENT_UNKNOWN("CAPTURE, VOID and REFUND go on with a payment; this one has not begun."),
  ACCOUNT_DIFFERS("The event names another customer than the payment has."),
  MERCHANT_DIFFERS("The event names another merchant than the payment has."),
  CURRENCY_DIFFERS("The event is in another currency than the payment."),
  NOT_CAPTURABLE("The payment is voided or was a credit: there is nothing to capture."),
  CAPTURE_EXCEEDS_AUTHORIZED("All captures together would exceed what was authorised."),
  NOT_VOIDABLE("Something was captured, or there is no authorisation to release."),
  NOT_REFUNDABLE("Nothing was captured, so there is nothing to give back."),
  REFUND_EXCEEDS_CAPTURED("All refunds together would exceed what was captured.");

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final String meaning;

  Rule(String meaning) {
    this.meaning = meaning;
  }

  /** The rule's name as it is published, for example {@code capture-exceeds-authorized}. */
  public String text() {
    return text;
  }

  /** What it says, in a sentence. */
  public String meaning() {
    return meaning;
  }
}
