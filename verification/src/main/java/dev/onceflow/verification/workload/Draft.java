package dev.onceflow.verification.workload;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.time.Instant;

/** An event with something changed; events themselves never change. */
final class Draft {
  private final PaymentEvent event;
  private String eventId;
  private String accountId;
  private PaymentKind kind;
  private long amountMinor;
  private String currency;
  private Instant occurredAt;
  private String reference;

  private Draft(PaymentEvent event) {
    this.event = event;
    eventId = event.getEventId();
    accountId = event.getAccountId();
    kind = event.getKind();
    amountMinor = event.getAmountMinor();
    currency = event.getCurrency();
    occurredAt = event.getOccurredAt();
    reference = event.getReference();
  }

  static Draft of(PaymentEvent event) {
    return new Draft(event);
  }

  Draft eventId(String other) {
    eventId = other;
    return this;
  }

  Draft accountId(String other) {
    accountId = other;
    return this;
  }

  Draft kind(PaymentKind other) {
    kind = other;
    return this;
  }

  Draft amountMinor(long other) {
    amountMinor = other;
    return this;
  }

  Draft currency(String other) {
    currency = other;
    return this;
  }

  Draft occurredAt(Instant other) {
    occurredAt = other;
    return this;
  }

  Draft reference(String other) {
    reference = other;
    return this;
  }

  PaymentEvent event() {
    return new PaymentEvent(
        eventId,
        event.getPaymentId(),
        accountId,
        event.getMerchantId(),
        kind,
        amountMinor,
        currency,
        occurredAt,
        reference);
  }
}
