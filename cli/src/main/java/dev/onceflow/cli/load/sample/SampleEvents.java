package dev.onceflow.cli.load.sample;

import dev.onceflow.cli.load.source.Damage;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A stream of made-up payments with what real streams contain: whole lives of payments, mixed with
 * each other; copies near and far, retries, altered copies; steps that are not allowed; events that
 * break the contract, bytes that can't be read, events that come days late. It says what it put in
 * ({@link #counts}), which is what a summary must show.
 *
 * <p>The same number of events, seed and start always give the same records: it rests on {@link
 * Random}, whose algorithm is part of Java's contract, and on no clock. Memory is bounded by the
 * copies that are still to come, one in a hundred of some {@value #FAR_MAX} records.
 */
public final class SampleEvents implements PaymentSource {
  /** When the first event happens unless another time is given. */
  public static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");

  private static final String ORIGIN = "onceflow/sample-events";
  private static final int TICK_MS = 20;
  private static final int LATE_DAYS_MAX = 10;

  // How many records in 10,000, of those that begin a payment.
  private static final int ILLEGAL = 300;
  private static final int INVALID = 40;
  private static final int UNDECODABLE = 30;

  // How many in 10,000 of the records that are no copies.
  private static final int NEAR = 100;
  private static final int FAR = 100;
  private static final int RETRIED = 150;
  private static final int ALTERED = 15;
  private static final int LATE = 50;

  private static final int OF = 10_000;

  // How many records later.
  private static final int NEAR_MAX = 3;
  private static final int RETRY_MAX = 200;
  private static final int STEP_MAX = 500;
  private static final int FAR_MIN = 20_000;
  private static final int FAR_MAX = 60_000;

  private static final int ACCOUNTS = 5_000;
  private static final int MERCHANTS = 40;

  /** Amounts reach from 2 to a million minor units, small ones as often as large ones. */
  private static final double AMOUNT_LOG_MAX = StrictMath.log(1_000_000);

  /** A merchant trades in one currency; they have none, two and three decimal places. */
  private static final List<String> CURRENCIES = List.of("GBP", "EUR", "USD", "JPY", "KWD");

  private final long events;
  private final long seed;
  private final Instant start;
  private final Random random;
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private final Map<Sort, Long> sorts = new EnumMap<>(Sort.class);
  private long emitted;
  private long late;
  private long payments;
  private long scheduled;

  /** Who pays whom: what all events of a payment have in common. */
  private record Payment(String id, String account, String merchant, String currency) {}

  /** What comes when {@code at} records are out: a step of a payment, or a copy of an event. */
  private record Due(
      long at, long order, Payment payment, PaymentPlan.Step step, PaymentEvent copy, Sort sort) {}

  /**
   * @param events how many records, copies included
   * @param seed another seed gives other events with other IDs
   */
  public SampleEvents(long events, long seed) {
    this(events, seed, DEFAULT_START);
  }

  /**
   * @param events how many records, copies included
   * @param seed another seed gives other events with other IDs
   * @param start when the first event happens; it should lie in the past, since events from the
   *     future are quarantined
   */
  public SampleEvents(long events, long seed, Instant start) {
    if (events < 0) {
      throw new IllegalArgumentException("%d events: give zero or more".formatted(events));
    }
    this.events = events;
    this.seed = seed;
    this.start = start;
    this.random = new Random(seed);
    for (Sort sort : Sort.values()) {
      sorts.put(sort, 0L);
    }
  }

  @Override
  public String origin() {
    return ORIGIN;
  }

  /** What it has put in so far. */
  public SampleCounts counts() {
    return new SampleCounts(emitted, sorts, late);
  }

  @Override
  public boolean hasNext() {
    return emitted < events;
  }

  @Override
  public Item next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Due due = queue.peek();
    Item item = due != null && due.at <= emitted ? due(queue.remove()) : first();
    emitted++;
    return item;
  }

  private Item due(Due due) {
    return due.copy == null ? step(due.payment, due.step) : put(due.sort, due.copy);
  }

  private Item first() {
    Payment payment = payment();
    long amount = amount();
    int dice = random.nextInt(OF);
    if (dice < UNDECODABLE) {
      Damage[] damages = Damage.values();
      PaymentEvent event = event(payment, PaymentKind.SALE, amount, now());
      count(Sort.UNDECODABLE);
      return new Item.Damaged(emitted + 1, event, damages[random.nextInt(damages.length)]);
    }
    if (dice < UNDECODABLE + INVALID) {
      return put(Sort.INVALID, invalid(payment, amount));
    }
    PaymentPlan plan =
        dice < UNDECODABLE + INVALID + ILLEGAL
            ? PaymentPlan.illegal(random, amount)
            : PaymentPlan.legal(random, amount);
    long at = emitted;
    for (PaymentPlan.Step step : plan.steps().subList(1, plan.steps().size())) {
      at += 1 + random.nextInt(STEP_MAX);
      queue.add(new Due(at, scheduled++, payment, step, null, null));
    }
    return step(payment, plan.steps().get(0));
  }

  private Payment payment() {
    String id = "sample-%d-%d".formatted(seed, payments++);
    // The square makes some accounts busier than others.
    double skewed = random.nextDouble() * random.nextDouble();
    int merchant = random.nextInt(MERCHANTS);
    return new Payment(
        id,
        "account-" + (int) (skewed * ACCOUNTS),
        "merchant-" + merchant,
        CURRENCIES.get(merchant % CURRENCIES.size()));
  }

  // StrictMath, because Math may round differently on another machine, and change the content of an
  // event that keeps its ID.
  private long amount() {
    return 1 + (long) StrictMath.exp(random.nextDouble() * AMOUNT_LOG_MAX);
  }

  private PaymentEvent invalid(Payment payment, long amount) {
    return random.nextBoolean()
        ? event(payment, PaymentKind.SALE, 0, now())
        : event(
            new Payment(payment.id, payment.account, payment.merchant, "ZZZ"),
            PaymentKind.SALE,
            amount,
            now());
  }

  private Item step(Payment payment, PaymentPlan.Step step) {
    Instant time = now();
    if (random.nextInt(OF) < LATE) {
      late++;
      time = time.minus(Duration.ofDays(1 + random.nextInt(LATE_DAYS_MAX)));
    }
    PaymentEvent event = event(payment, step.kind(), step.amount(), time);
    scheduleCopies(event);
    return put(step.sort(), event);
  }

  private void scheduleCopies(PaymentEvent event) {
    if (random.nextInt(OF) < NEAR) {
      copy(event, Sort.DUPLICATE_NEAR, 1 + random.nextInt(NEAR_MAX));
    }
    if (random.nextInt(OF) < RETRIED) {
      copy(event, Sort.RETRY, 10 + random.nextInt(RETRY_MAX));
    }
    if (random.nextInt(OF) < FAR) {
      int far = FAR_MIN + random.nextInt(FAR_MAX - FAR_MIN);
      copy(event, Sort.DUPLICATE_FAR, Math.max(1, Math.min(far, (events - emitted) / 2)));
    }
    if (random.nextInt(OF) < ALTERED) {
      copy(altered(event), Sort.ALTERED, 1 + random.nextInt(RETRY_MAX));
    }
  }

  private static PaymentEvent altered(PaymentEvent event) {
    return new PaymentEvent(
        event.getEventId(),
        event.getPaymentId(),
        event.getAccountId(),
        event.getMerchantId(),
        event.getKind(),
        event.getAmountMinor() + 1,
        event.getCurrency(),
        event.getOccurredAt(),
        event.getReference());
  }

  private void copy(PaymentEvent event, Sort sort, long distance) {
    queue.add(new Due(emitted + distance, scheduled++, null, null, event, sort));
  }

  private Instant now() {
    return start.plusMillis(emitted * TICK_MS);
  }

  private PaymentEvent event(Payment payment, PaymentKind kind, long amount, Instant time) {
    String id =
        EventIds.ofContent(time.toEpochMilli(), ORIGIN, Long.toString(seed), Long.toString(emitted))
            .toString();
    String reference = random.nextInt(5) == 0 ? null : "Bestellung №" + emitted;
    return new PaymentEvent(
        id,
        payment.id,
        payment.account,
        payment.merchant,
        kind,
        amount,
        payment.currency,
        time,
        reference);
  }

  private Item put(Sort sort, PaymentEvent event) {
    count(sort);
    return new Item.Payment(emitted + 1, event);
  }

  private void count(Sort sort) {
    sorts.merge(sort, 1L, Long::sum);
  }

  @Override
  public void close() {}
}
