package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Recomputes what the payments job and the sink must have made of an input: give it each
 * partition's records in their order, then ask. One thread.
 *
 * <p>Written from the rules, not from the job: a payment is begun by AUTHORIZE, SALE or CREDIT; an
 * authorised one can be captured up to the authorised amount, voided while nothing is captured, and
 * refunded up to what is captured; everything about it (account, merchant, currency) stays as it
 * began.
 */
public final class Oracle {
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private static final class Payment {
    private final PaymentEvent first;
    private long authorized;
    private long captured;
    private long refunded;
    private boolean closed;

    private Payment(PaymentEvent first) {
      this.first = first;
    }
  }

  private record Day(String merchantId, LocalDate day, String currency) {}

  private static final class Sum {
    private long entries;
    private long amount;

    private void add(long more) {
      entries++;
      amount += more;
    }
  }

  private final Map<String, InputRecord> remembered = new HashMap<>();
  private final Map<String, Payment> payments = new HashMap<>();
  private final Map<String, Sum> accounts = new HashMap<>();
  private final Map<Day, Sum> days = new HashMap<>();
  private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
  private final Effects effects = new Effects();

  /** Takes the next record of its partition. */
  public Verdict accept(InputRecord input) {
    Verdict verdict = judge(input);
    verdicts.merge(verdict, 1L, Long::sum);
    return verdict;
  }

  /** How many records got each verdict. */
  public Map<Verdict, Long> verdicts() {
    return Map.copyOf(verdicts);
  }

  /** What the job's ledger topics must hold: entries and latest balances, and nothing else. */
  public Effects ledger() {
    Effects all = new Effects();
    all.facts().putAll(effects.facts());
    accounts.forEach((account, sum) -> all.balance(account, sum.amount, sum.entries));
    return all;
  }

  /** What the tables must hold, all of it and nothing else. */
  public Effects effects() {
    Effects all = ledger();
    days.forEach(
        (day, sum) ->
            all.merchantDay(
                day.merchantId, day.day.toString(), day.currency, sum.entries, sum.amount));
    return all;
  }

  private Verdict judge(InputRecord input) {
    if (input.event() == null || !isValid(input)) {
      return Verdict.DLQ;
    }
    InputRecord before = remembered.get(input.eventId());
    if (before != null) {
      return before.hasSameContentAs(input) ? Verdict.DUPLICATE : Verdict.QUARANTINED;
    }
    remembered.put(input.eventId(), input);
    return apply(input.event()) ? Verdict.APPLIED : Verdict.REJECTED;
  }

  private static boolean isValid(InputRecord input) {
    PaymentEvent event = input.event();
    return event.getAmountMinor() > 0
        && !event.getEventId().isBlank()
        && !event.getPaymentId().isBlank()
        && !event.getAccountId().isBlank()
        && !event.getMerchantId().isBlank()
        && input.eventId().equals(event.getEventId())
        && CURRENCIES.contains(event.getCurrency());
  }

  private boolean apply(PaymentEvent event) {
    Payment payment = payments.get(event.getPaymentId());
    if (payment == null) {
      return begin(event);
    }
    long amount = event.getAmountMinor();
    boolean samePayment =
        payment.first.getAccountId().equals(event.getAccountId())
            && payment.first.getMerchantId().equals(event.getMerchantId())
            && payment.first.getCurrency().equals(event.getCurrency());
    if (!samePayment || payment.closed) {
      return false;
    }
    if (event.getKind() == PaymentKind.CAPTURE && payment.captured + amount <= payment.authorized) {
      payment.captured += amount;
      post(event, amount);
      return true;
    }
    if (event.getKind() == PaymentKind.VOID && payment.captured == 0) {
      payment.closed = true;
      return true;
    }
    if (event.getKind() == PaymentKind.REFUND && payment.refunded + amount <= payment.captured) {
      payment.refunded += amount;
      post(event, -amount);
      return true;
    }
    return false;
  }

  private boolean begin(PaymentEvent event) {
    Payment payment = new Payment(event);
    long amount = event.getAmountMinor();
    switch (event.getKind()) {
      case AUTHORIZE -> payment.authorized = amount;
      case SALE -> {
        payment.authorized = amount;
        payment.captured = amount;
        post(event, amount);
      }
      case CREDIT -> {
        payment.closed = true;
        post(event, -amount);
      }
      case CAPTURE, VOID, REFUND -> {
        return false;
      }
    }
    payments.put(event.getPaymentId(), payment);
    return true;
  }

  private void post(PaymentEvent event, long customersAmount) {
    String currency = event.getCurrency();
    enter(event, "customer:" + event.getAccountId() + ":" + currency, customersAmount);
    enter(event, "merchant:" + event.getMerchantId() + ":" + currency, -customersAmount);
    LocalDate day = event.getOccurredAt().atZone(ZoneOffset.UTC).toLocalDate();
    days.computeIfAbsent(new Day(event.getMerchantId(), day, currency), any -> new Sum())
        .add(-customersAmount);
  }

  private void enter(PaymentEvent event, String account, long amount) {
    effects.entry(event.getEventId(), event.getPaymentId(), account, event.getCurrency(), amount);
    accounts.computeIfAbsent(account, any -> new Sum()).add(amount);
  }
}
