package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.RejectedPayment;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says of each input record what must become of it: give it each partition's records in their
 * order. One thread.
 *
 * <p>Written from the rules, not from the job: what is no valid payment event is a dead letter; a
 * known event is a duplicate or altered; one that can't be told from a forgotten one is unprovable;
 * a new one moves its payment on, or is rejected.
 */
public final class Oracle {
  private static final long AMOUNT_MINOR_MAX = 1_000_000_000_000_000L;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .filter(currency -> currency.getDefaultFractionDigits() >= 0)
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private final Rules rules;
  private final Map<Integer, SeenIds> seen = new HashMap<>();
  private final Payments payments = new Payments();

  /** An oracle of a job that was told these rules. */
  public Oracle(Rules rules) {
    this.rules = rules;
  }

  /** What must become of the next record of its partition. */
  public Ruling accept(InputRecord input) {
    String fault = fault(input);
    if (fault != null) {
      return Ruling.dlq(fault);
    }
    PaymentEvent event = input.event();
    SeenIds ids = seenIn(input.place().partition());
    long content = Sha.of(input.value());
    // Those of its entries, whether they are made or not: nobody behind may find them impossible.
    long timeMs = SeenIds.timeInside(derived(event, "debit"));
    return switch (ids.ask(event.getEventId(), timeMs, content, input.timestampMs())) {
      case DUPLICATE -> Ruling.duplicate();
      case ALTERED -> Ruling.quarantined(Ruling.ALTERED);
      case UNPROVABLE -> Ruling.quarantined(Ruling.UNPROVABLE);
      case FUTURE -> Ruling.quarantined(Ruling.FUTURE);
      case NEW -> {
        Ruling ruling = decided(input);
        ids.remember(event.getEventId(), timeMs, content, ruling.verdict());
        yield ruling;
      }
    };
  }

  /** What a partition has seen. */
  SeenIds seenIn(int partition) {
    return seen.computeIfAbsent(partition, any -> new SeenIds(rules));
  }

  /** The states that the payments are in. */
  Payments payments() {
    return payments;
  }

  private static String fault(InputRecord input) {
    PaymentEvent event = input.event();
    if (event == null) {
      return input.value() == null ? "no-value" : "unreadable";
    }
    if (event.getEventId().isBlank()
        || event.getPaymentId().isBlank()
        || event.getAccountId().isBlank()
        || event.getMerchantId().isBlank()) {
      return "empty-id";
    }
    if (event.getAmountMinor() < 1 || event.getAmountMinor() > AMOUNT_MINOR_MAX) {
      return "amount-out-of-range";
    }
    if (!CURRENCIES.contains(event.getCurrency())) {
      return "unknown-currency";
    }
    if (event.getOccurredAt().isBefore(EARLIEST) || event.getOccurredAt().isAfter(LATEST)) {
      return "time-out-of-range";
    }
    if (input.eventIdHeader() != null && !input.eventIdHeader().equals(event.getEventId())) {
      return "event-id-differs";
    }
    return event.getPaymentId().equals(input.key()) ? null : "key-differs";
  }

  private Ruling decided(InputRecord input) {
    PaymentEvent event = input.event();
    if (payments.isRepeated(event)) {
      return Ruling.applied(List.of());
    }
    PaymentState before = payments.state(event.getPaymentId());
    String rule = payments.refusal(input.place().partition(), event);
    if (rule == null) {
      return Ruling.applied(entries(event));
    }
    // A rejection holds the whole event, so it is about as large.
    return input.value().remaining() > rules.outputBytesMax()
        ? Ruling.dlq("output-too-large")
        : Ruling.rejected(new RejectedPayment(event, rule, "", before));
  }

  /** What is taken is a debit of the customer and a credit of the merchant; given back, reverse. */
  private static List<LedgerEntry> entries(PaymentEvent event) {
    return switch (event.getKind()) {
      case AUTHORIZE, VOID -> List.of();
      case CAPTURE, SALE ->
          List.of(entry(event, AccountType.CUSTOMER, 1), entry(event, AccountType.MERCHANT, -1));
      case REFUND, CREDIT ->
          List.of(entry(event, AccountType.MERCHANT, 1), entry(event, AccountType.CUSTOMER, -1));
    };
  }

  private static LedgerEntry entry(PaymentEvent event, AccountType type, int sign) {
    boolean customer = type == AccountType.CUSTOMER;
    String party = customer ? event.getAccountId() : event.getMerchantId();
    String account = (customer ? "customer:" : "merchant:") + party + ':' + event.getCurrency();
    PaymentKind kind = event.getKind();
    return new LedgerEntry(
        derived(event, sign > 0 ? "debit" : "credit"),
        event.getEventId(),
        event.getPaymentId(),
        account,
        type,
        party,
        kind,
        event.getCurrency(),
        sign * event.getAmountMinor(),
        event.getOccurredAt(),
        LocalDate.ofInstant(event.getOccurredAt(), ZoneOffset.UTC));
  }

  /** The ID of what follows from an event, by the contract that producers and readers share. */
  static String derived(PaymentEvent event, String role) {
    return EventIds.derive(event.getEventId(), role, event.getOccurredAt().toEpochMilli())
        .toString();
  }
}
