package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.PaymentEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether an event is one at all, whatever the state of its payment. What fails here is a
 * producer's mistake and goes to the dead letters; what a payment's state forbids is a {@link
 * Rule}.
 */
public final class Validation {
  /**
   * The largest amount of one event, in minor units: ten thousand times the money there is, and so
   * far below a long's limit that no single record can take a balance past it.
   */
  public static final long AMOUNT_MINOR_MAX = 1_000_000_000_000_000L;

  // What every part of the way can hold: Avro's date, PostgreSQL's timestamp, four digits of year.
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private Validation() {}

  /**
   * What is wrong with an event.
   *
   * @param reason a short name, stable enough to count by
   * @param detail for people: the field, its value, what was expected
   */
  public record Fault(String reason, String detail) {}

  /** The first fault of an event, empty where it has none. */
  public static Optional<Fault> fault(PaymentEvent event) {
    if (event.getEventId().isBlank()) {
      return emptyId("event_id");
    }
    if (event.getPaymentId().isBlank()) {
      return emptyId("payment_id");
    }
    if (event.getAccountId().isBlank()) {
      return emptyId("account_id");
    }
    if (event.getMerchantId().isBlank()) {
      return emptyId("merchant_id");
    }
    long amount = event.getAmountMinor();
    if (amount <= 0 || amount > AMOUNT_MINOR_MAX) {
      return Optional.of(
          new Fault(
              "amount-out-of-range",
              "amount_minor is %d, expected 1 to %d".formatted(amount, AMOUNT_MINOR_MAX)));
    }
    if (!Currencies.isKnown(event.getCurrency())) {
      return Optional.of(
          new Fault(
              "unknown-currency",
              "currency is \"%s\", expected a code of ISO 4217 that has a minor unit, such as GBP"
                  .formatted(event.getCurrency())));
    }
    if (event.getOccurredAt().isBefore(EARLIEST) || event.getOccurredAt().isAfter(LATEST)) {
      return Optional.of(
          new Fault(
              "time-out-of-range",
              "occurred_at is %s, expected %s to %s"
                  .formatted(event.getOccurredAt(), EARLIEST, LATEST)));
    }
    return Optional.empty();
  }

  private static Optional<Fault> emptyId(String field) {
    return Optional.of(new Fault("empty-id", field + " is empty"));
  }
}
