package dev.onceflow.verification.workload;

import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.time.Instant;
import java.util.List;

/**
 * The lives of made-up payments: what happens to payment number n in which order is a function of
 * the seed and n, and each event of the seed, the payment and its place in that order.
 */
final class Lives {
  private static final int AMOUNT_MAX = 100_000;

  /** An event ID of another form than most. */
  private static final int OPAQUE_OF = 50;

  private static final List<String> CURRENCIES = List.of("GBP", "EUR", "USD", "JPY", "KWD");

  private final long seed;
  private final Dice dice;
  private final WorkloadOptions options;

  /**
   * A step of a life.
   *
   * @param amountMinor what it is about
   * @param merchantOff by how much the merchant is another one
   */
  record Step(PaymentKind kind, long amountMinor, int merchantOff) {
    static Step of(PaymentKind kind, long amountMinor) {
      return new Step(kind, amountMinor, 0);
    }
  }

  Lives(long seed, WorkloadOptions options) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.options = options;
  }

  /** What happens to a payment, three steps at most; some are not allowed. */
  List<Step> steps(long payment) {
    int amount = 2 + dice.below(AMOUNT_MAX, "amount", payment);
    int part = 1 + dice.below(amount - 1, "part", payment);
    int life = dice.below(100, "life", payment);
    Step authorize = Step.of(PaymentKind.AUTHORIZE, amount);
    Step sale = Step.of(PaymentKind.SALE, amount);
    if (life < 35) {
      return List.of(authorize, Step.of(PaymentKind.CAPTURE, amount));
    } else if (life < 50) {
      return List.of(
          authorize,
          Step.of(PaymentKind.CAPTURE, part),
          Step.of(PaymentKind.CAPTURE, amount - part));
    } else if (life < 60) {
      return List.of(
          authorize, Step.of(PaymentKind.CAPTURE, amount), Step.of(PaymentKind.REFUND, part));
    } else if (life < 80) {
      return List.of(sale, Step.of(PaymentKind.REFUND, part));
    } else if (life < 85) {
      return List.of(authorize, Step.of(PaymentKind.VOID, amount));
    } else if (life < 90) {
      return List.of(Step.of(PaymentKind.CREDIT, amount));
    } else if (life < 92) {
      return List.of(Step.of(PaymentKind.CAPTURE, amount), sale);
    } else if (life < 94) {
      return List.of(authorize, Step.of(PaymentKind.CAPTURE, amount + 1));
    } else if (life < 96) {
      return List.of(authorize, new Step(PaymentKind.CAPTURE, amount, 1));
    } else if (life < 98) {
      return List.of(sale, Step.of(PaymentKind.REFUND, amount), Step.of(PaymentKind.REFUND, 1));
    }
    return List.of(sale, sale);
  }

  /** A payment's name. */
  String paymentId(long payment) {
    return "pay-%x-%d".formatted(seed, payment);
  }

  /** Whether the IDs of a payment's events have no time inside. */
  boolean isOpaque(long payment) {
    return dice.below(OPAQUE_OF, "opaque", payment) == 0;
  }

  /** The event of a payment's step; always the same. */
  PaymentEvent event(long payment, int sequence, Step step, Instant occurredAt) {
    String paymentId = paymentId(payment);
    // Small numbers come up more often: some accounts are busier than others.
    int account =
        dice.below(1 + dice.below(options.accounts(), "account", payment), "busy", payment);
    int merchant = dice.below(options.merchants(), "merchant", payment);
    return new PaymentEvent(
        eventId(payment, sequence, occurredAt),
        paymentId,
        "account-" + account,
        "merchant-" + (merchant + step.merchantOff()),
        step.kind(),
        step.amountMinor(),
        CURRENCIES.get(merchant % CURRENCIES.size()),
        occurredAt,
        null);
  }

  private String eventId(long payment, int sequence, Instant occurredAt) {
    return isOpaque(payment)
        ? "%s/%d".formatted(paymentId(payment), sequence)
        : EventIds.ofContent(
                occurredAt.toEpochMilli(), paymentId(payment), Integer.toString(sequence))
            .toString();
  }
}
