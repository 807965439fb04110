package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.RejectedPayment;
import java.util.List;

/**
 * What must have become of one input record.
 *
 * @param reason why it was set aside or rejected, by name; null elsewhere
 * @param entries what it posts to the ledger, the debit first; empty where it posts nothing
 * @param rejection what says no, but for the words; null where nothing does
 */
public record Ruling(
    Verdict verdict, String reason, List<LedgerEntry> entries, RejectedPayment rejection) {
  /** The reason of an event that came before with other content. */
  public static final String ALTERED = "altered";

  /** The reason of an event that may have come before and been forgotten. */
  public static final String UNPROVABLE = "unprovable";

  /** The reason of an event whose ID is ahead of its time. */
  public static final String FUTURE = "future";

  static Ruling applied(List<LedgerEntry> entries) {
    return new Ruling(Verdict.APPLIED, null, entries, null);
  }

  static Ruling rejected(RejectedPayment rejection) {
    return new Ruling(Verdict.REJECTED, rejection.getRule(), List.of(), rejection);
  }

  static Ruling duplicate() {
    return new Ruling(Verdict.DUPLICATE, null, List.of(), null);
  }

  static Ruling quarantined(String reason) {
    return new Ruling(Verdict.QUARANTINED, reason, List.of(), null);
  }

  static Ruling dlq(String reason) {
    return new Ruling(Verdict.DLQ, reason, List.of(), null);
  }
}
