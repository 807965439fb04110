package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;
import java.util.Optional;

/**
 * Carries out {@link PaymentTable} on one payment and one event. A pure function: it may be called
 * by many threads, and again.
 *
 * <p>An event that has just moved the payment leaves it as it is when it comes again. This is a
 * second line behind the memory of event IDs, which knows the others too: a partial capture looks
 * the same the second time, so only its ID can tell.
 */
public final class PaymentMachine {
  private final PaymentTable table;

  /** The machine of this job's payments. */
  public PaymentMachine() {
    this(PaymentTable.PAYMENTS);
  }

  PaymentMachine(PaymentTable table) {
    this.table = table;
  }

  /**
   * What an event does to a payment.
   *
   * @param state the payment's state, null where it has none
   * @param event a valid event of this payment
   */
  public Transition apply(PaymentState state, PaymentEvent event) {
    PaymentState before =
        state == null || state.getStatus() == PaymentStatus.NONE ? unbegun(event) : state;
    if (event.getEventId().equals(before.getLastEventId())) {
      return new Transition.Unchanged();
    }
    PaymentTable.Line line = table.line(before.getStatus(), event.getKind());
    for (Guard guard : line.guards()) {
      Optional<Transition.Refused> refusal = guard.refusal(before, event);
      if (refusal.isPresent()) {
        return refusal.get();
      }
    }
    if (line.outcome() instanceof PaymentTable.Outcome.Move move) {
      return new Transition.Applied(moved(before, move, event));
    }
    return refused(((PaymentTable.Outcome.Refusal) line.outcome()).rule(), before.getStatus());
  }

  /** A payment that has not begun is about whatever the event that begins it is about. */
  private static PaymentState unbegun(PaymentEvent event) {
    return new PaymentState(
        PaymentStatus.NONE,
        event.getAccountId(),
        event.getMerchantId(),
        event.getCurrency(),
        0L,
        0L,
        0L,
        null);
  }

  private static PaymentState moved(
      PaymentState before, PaymentTable.Outcome.Move move, PaymentEvent event) {
    long amount = event.getAmountMinor();
    SumsChange change = move.change();
    return new PaymentState(
        move.next(),
        before.getAccountId(),
        before.getMerchantId(),
        before.getCurrency(),
        Math.addExact(before.getAuthorizedMinor(), change.authorized(amount)),
        Math.addExact(before.getCapturedMinor(), change.captured(amount)),
        Math.addExact(before.getRefundedMinor(), change.refunded(amount)),
        event.getEventId());
  }

  private static Transition refused(Rule rule, PaymentStatus status) {
    return new Transition.Refused(
        rule,
        status == PaymentStatus.NONE ? "the payment has no state" : "the payment is " + status);
  }
}
