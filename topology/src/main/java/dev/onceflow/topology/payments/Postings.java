package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentEvent;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What an applied event posts to the ledger: two entries that sum to zero, or none. Money that is
 * taken is a debit of the customer and a credit of the merchant; money given back the reverse.
 */
public final class Postings {
  private static final String DEBIT = "debit";
  private static final String CREDIT = "credit";

  private Postings() {}

  /**
   * The entries of an event: the debit, then the credit.
   *
   * @param event an event that was applied
   */
  public static List<LedgerEntry> of(PaymentEvent event) {
    return switch (event.getKind()) {
      case AUTHORIZE, VOID -> List.of();
      case CAPTURE, SALE ->
          List.of(
              entry(event, AccountType.CUSTOMER, DEBIT),
              entry(event, AccountType.MERCHANT, CREDIT));
      case REFUND, CREDIT ->
          List.of(
              entry(event, AccountType.MERCHANT, DEBIT),
              entry(event, AccountType.CUSTOMER, CREDIT));
    };
  }

  private static LedgerEntry entry(PaymentEvent event, AccountType type, String side) {
    boolean customer = type == AccountType.CUSTOMER;
    String party = customer ? event.getAccountId() : event.getMerchantId();
    long amount = event.getAmountMinor();
    return new LedgerEntry(
        EventIds.derive(event.getEventId(), side, event.getOccurredAt().toEpochMilli()).toString(),
        event.getEventId(),
        event.getPaymentId(),
        (customer ? "customer:" : "merchant:") + party + ':' + event.getCurrency(),
        type,
        party,
        event.getKind(),
        event.getCurrency(),
        DEBIT.equals(side) ? amount : Math.negateExact(amount),
        event.getOccurredAt(),
        LocalDate.ofInstant(event.getOccurredAt(), ZoneOffset.UTC));
  }
}
