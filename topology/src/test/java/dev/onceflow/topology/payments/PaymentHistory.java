package dev.onceflow.topology.payments;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A random history of a few payments, each event sent twice in a row, and what a domain made of it.
 * Most events go on with a payment; some name another party, ask for too much, or come at the edge
 * of a day.
 */
final class PaymentHistory {
  static final int EVENTS = 200;
  private static final int PAYMENTS = 8;
  private static final int DAYS = 4;
  private static final long DAY_SECONDS = 86_400;
  private static final Instant MIDNIGHT = Instant.parse("2010-12-01T00:00:00Z");
  private static final List<PaymentKind> KINDS = List.of(PaymentKind.values());
  // Merchants that only a careful key tells apart.
  private static final String[] MERCHANTS = {"shop", "shop|2010-12-01", "shop:GBP"};
  private static final String[] CURRENCIES = {"GBP", "EUR", "JPY"};

  /** What was applied, first copies only. */
  final List<PaymentEvent> applied = new ArrayList<>();

  final List<LedgerEntry> entries = new ArrayList<>();
  final Map<String, PaymentState> states = new HashMap<>();
  final Map<String, AccountBalance> balances = new HashMap<>();
  final Map<String, MerchantDailyTotal> totals = new HashMap<>();
  final Set<Rule> refusedBy = new HashSet<>();

  /** The events that a second copy was applied of. */
  final Set<String> appliedTwice = new TreeSet<>();

  private final Domain domain;
  private final Random random;
  private final long seed;

  PaymentHistory(Domain domain, long seed) {
    this.domain = domain;
    this.seed = seed;
    this.random = new Random(seed);
    for (int i = 0; i < EVENTS; i++) {
      PaymentEvent event = event(i);
      if (apply(event)) {
        applied.add(event);
      }
      if (apply(event)) {
        appliedTwice.add(event.getEventId());
      }
    }
  }

  private boolean apply(PaymentEvent event) {
    Transition transition = domain.machine().apply(states.get(event.getPaymentId()), event);
    if (transition instanceof Transition.Refused refused) {
      refusedBy.add(refused.rule());
    }
    if (!(transition instanceof Transition.Applied moved)) {
      return false;
    }
    states.put(event.getPaymentId(), moved.next());
    for (LedgerEntry entry : domain.postings().apply(event)) {
      entries.add(entry);
      balances.compute(
          entry.getAccount(), (account, before) -> domain.balances().apply(before, entry));
      if (DailyTotals.counts(entry)) {
        totals.compute(
            DailyTotals.key(entry), (key, before) -> domain.totals().apply(before, entry));
      }
    }
    return true;
  }

  private PaymentEvent event(int number) {
    int payment = random.nextInt(PAYMENTS);
    boolean stranger = random.nextInt(12) == 0;
    return new PaymentEvent(
        "event-" + seed + '-' + number,
        "p-" + payment,
        stranger && random.nextBoolean() ? "somebody" : "customer-" + payment % 3,
        MERCHANTS[(stranger ? random.nextInt(PAYMENTS) : payment) % MERCHANTS.length],
        KINDS.get(random.nextInt(KINDS.size())),
        amount(),
        CURRENCIES[(stranger ? random.nextInt(PAYMENTS) : payment / 2) % CURRENCIES.length],
        MIDNIGHT.plusSeconds(random.nextInt(DAYS) * DAY_SECONDS).plusMillis(sinceMidnight()),
        null);
  }

  private long amount() {
    return switch (random.nextInt(10)) {
      case 0 -> 1;
      case 1 -> Validation.AMOUNT_MINOR_MAX;
      default -> 1L + random.nextInt(100);
    };
  }

  private long sinceMidnight() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> DAY_SECONDS * 1_000 - 1;
      default -> random.nextInt((int) DAY_SECONDS) * 1_000L;
    };
  }

  /** The sum of the amounts that were applied to a payment by events of these kinds. */
  long sum(String payment, PaymentKind... kinds) {
    return applied.stream()
        .filter(event -> event.getPaymentId().equals(payment))
        .filter(event -> Arrays.asList(kinds).contains(event.getKind()))
        .mapToLong(PaymentEvent::getAmountMinor)
        .sum();
  }
}
