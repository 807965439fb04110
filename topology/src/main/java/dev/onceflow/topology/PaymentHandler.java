package dev.onceflow.topology;

import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.dedupe.HandlerStores;
import dev.onceflow.streams.route.Event;
import dev.onceflow.topology.payments.PaymentMachine;
import dev.onceflow.topology.payments.Postings;
import dev.onceflow.topology.payments.Transition;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Puts the payment state machine between a new event and its effects. It writes and sends nothing
 * itself: state and entries are effects of the decision, carried out together when it has been
 * made, so a failure in here leaves none of them.
 */
final class PaymentHandler implements EventHandler<PaymentEvent> {
  private final String statesName;
  private final String ledgerSink;
  private final String rejectedSink;
  private final PaymentMachine machine = new PaymentMachine();
  private KeyValueStore<String, PaymentState> states;

  PaymentHandler(String statesName, String ledgerSink, String rejectedSink) {
    this.statesName = statesName;
    this.ledgerSink = ledgerSink;
    this.rejectedSink = rejectedSink;
  }

  @Override
  public void open(HandlerStores stores) {
    states = stores.keyValue(statesName);
  }

  @Override
  public Decision handle(Event<PaymentEvent> event) {
    PaymentEvent payment = event.value();
    PaymentState state = states.get(payment.getPaymentId());
    Transition transition = machine.apply(state, payment);
    if (transition instanceof Transition.Applied applied) {
      return applied(event, applied);
    }
    if (transition instanceof Transition.Refused refused) {
      return refused(event, refused, state);
    }
    // The memory of event IDs can't have known it: it was past the horizon and released.
    return Decision.applied(List.of());
  }

  private Decision applied(Event<PaymentEvent> event, Transition.Applied applied) {
    PaymentEvent payment = event.value();
    List<Effect> effects = new ArrayList<>(3);
    effects.add(new Effect.Put<>(states, payment.getPaymentId(), applied.next()));
    for (LedgerEntry entry : Postings.of(payment)) {
      effects.add(
          new Effect.Emit(
              ledgerSink,
              entry.getAccount(),
              entry,
              DerivedHeaders.LEDGER_ENTRY.of(
                  entry.getEntryId(), entry.getOccurredAt(), event.at())));
    }
    return Decision.applied(effects);
  }

  private Decision refused(
      Event<PaymentEvent> event, Transition.Refused refused, PaymentState state) {
    PaymentEvent payment = event.value();
    String rejectionId =
        EventIds.derive(event.id(), "rejected", payment.getOccurredAt().toEpochMilli()).toString();
    return Decision.rejected(
        List.of(
            new Effect.Emit(
                rejectedSink,
                payment.getPaymentId(),
                new RejectedPayment(payment, refused.rule().text(), refused.detail(), state),
                DerivedHeaders.REJECTED_PAYMENT.of(
                    rejectionId, payment.getOccurredAt(), event.at()))));
  }
}
