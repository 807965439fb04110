package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The states of all payments, moved on by the rules of docs/payments.md. An event that begins a
 * payment, and one that goes on with it, are told apart first; then everything that both are about
 * must be the same; then the state decides.
 */
final class Payments {
  private static final class Payment {
    private final int partition;
    private final String account;
    private final String merchant;
    private final String currency;
    private PaymentStatus status;
    private long authorized;
    private long captured;
    private long refunded;
    private String lastEvent;

    /** The hash of what is kept of it, 0 where nothing is: a map of its own would be as large. */
    private long kept;

    private Payment(int partition, String account, String merchant, String currency) {
      this.partition = partition;
      this.account = account;
      this.merchant = merchant;
      this.currency = currency;
    }

    private PaymentState state() {
      return new PaymentState(
          status, account, merchant, currency, authorized, captured, refunded, lastEvent);
    }
  }

  private final Map<String, Payment> byId = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();

  /**
   * Moves a payment on.
   *
   * @return null if the event is applied, else the rule that refuses it
   */
  String refusal(int partition, PaymentEvent event) {
    Payment payment = byId.get(event.getPaymentId());
    String rule = payment == null ? begun(partition, event) : rule(payment, event);
    if (rule == null) {
      byId.get(event.getPaymentId()).lastEvent = event.getEventId();
    }
    return rule;
  }

  /** Whether the event has just moved its payment: then it leaves the payment as it is. */
  boolean isRepeated(PaymentEvent event) {
    Payment payment = byId.get(event.getPaymentId());
    return payment != null && payment.lastEvent.equals(event.getEventId());
  }

  /** The state of a payment, null where it has none. */
  PaymentState state(String paymentId) {
    Payment payment = byId.get(paymentId);
    return payment == null ? null : payment.state();
  }

  /** The input partition that a payment's events lie in. */
  int partition(String paymentId) {
    return byId.get(paymentId).partition;
  }

  /** What is kept of a payment that has a state; the latest word counts. */
  void keep(String paymentId, long content) {
    byId.get(paymentId).kept = content;
  }

  /** The hash of what is kept of a payment; 0 where nothing is. */
  long kept(String paymentId) {
    return byId.get(paymentId).kept;
  }

  void forEach(BiConsumer<String, PaymentState> action) {
    byId.forEach((id, payment) -> action.accept(id, payment.state()));
  }

  private String begun(int partition, PaymentEvent event) {
    Payment payment =
        new Payment(
            partition,
            once(event.getAccountId()),
            once(event.getMerchantId()),
            once(event.getCurrency()));
    switch (event.getKind()) {
      case AUTHORIZE -> {
        payment.status = PaymentStatus.AUTHORIZED;
        payment.authorized = event.getAmountMinor();
      }
      case SALE -> {
        payment.status = PaymentStatus.CAPTURED;
        payment.authorized = event.getAmountMinor();
        payment.captured = event.getAmountMinor();
      }
      case CREDIT -> payment.status = PaymentStatus.CREDITED;
      case CAPTURE, VOID, REFUND -> {
        return "payment-unknown";
      }
    }
    byId.put(event.getPaymentId(), payment);
    return null;
  }

  // Each name is kept once, however many payments have it.
  private String once(String name) {
    return names.computeIfAbsent(name, any -> any);
  }

  private static String rule(Payment payment, PaymentEvent event) {
    PaymentKind kind = event.getKind();
    if (kind == PaymentKind.AUTHORIZE || kind == PaymentKind.SALE || kind == PaymentKind.CREDIT) {
      return "payment-exists";
    }
    if (!payment.account.equals(event.getAccountId())) {
      return "account-differs";
    }
    if (!payment.merchant.equals(event.getMerchantId())) {
      return "merchant-differs";
    }
    if (!payment.currency.equals(event.getCurrency())) {
      return "currency-differs";
    }
    return switch (kind) {
      case CAPTURE -> captured(payment, event.getAmountMinor());
      case VOID -> voided(payment);
      default -> refunded(payment, event.getAmountMinor());
    };
  }

  private static String captured(Payment payment, long amount) {
    if (payment.status != PaymentStatus.AUTHORIZED && payment.status != PaymentStatus.CAPTURED) {
      return "not-capturable";
    }
    if (payment.captured + amount > payment.authorized) {
      return "capture-exceeds-authorized";
    }
    payment.captured += amount;
    payment.status = PaymentStatus.CAPTURED;
    return null;
  }

  private static String voided(Payment payment) {
    if (payment.status != PaymentStatus.AUTHORIZED) {
      return "not-voidable";
    }
    payment.status = PaymentStatus.VOIDED;
    return null;
  }

  private static String refunded(Payment payment, long amount) {
    if (payment.status != PaymentStatus.CAPTURED) {
      return "not-refundable";
    }
    if (payment.refunded + amount > payment.captured) {
      return "refund-exceeds-captured";
    }
    payment.refunded += amount;
    return null;
  }
}
