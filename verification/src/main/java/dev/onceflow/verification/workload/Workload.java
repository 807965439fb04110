package dev.onceflow.verification.workload;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An endless stream of records for {@code payments}. Each is a function of the seed, the options
 * and its position alone: so a run can be repeated, and a leg can go on where the one before ended.
 *
 * <p>Positions go round the lanes. A lane has one payment at a time, for {@value #TURNS} of its
 * turns: its steps come first, in order, and what is left of its turns is a special record about
 * it, about an earlier one of the lane, or a payment of its own. So all records of a payment, and
 * all copies of an event, come in one order whatever the rate.
 */
public final class Workload {
  /** So many turns of its lane each payment has. */
  private static final int TURNS = 5;

  private static final int OF = 10_000;
  private static final Duration TICK = Duration.ofMillis(1);
  private static final Duration FAR_AHEAD = Duration.ofDays(3650);
  private static final Duration LONG_AGO = Duration.ofDays(365);
  private static final int DAYS_OFF = 20;

  /** Payments beside those of the lanes have numbers from here on. */
  private static final long BESIDE = 1L << 40;

  private final WorkloadOptions options;
  private final Dice dice;
  private final Lives lives;

  /** The workload of a seed. */
  public Workload(long seed, WorkloadOptions options) {
    this.options = options;
    this.dice = new Dice(seed);
    this.lives = new Lives(seed, options);
  }

  /** The record at a position, from 0. */
  public PlannedRecord at(long position) {
    long turn = position / options.lanes();
    long payment = payment(position, turn / TURNS);
    int sequence = (int) (turn % TURNS);
    List<Lives.Step> steps = lives.steps(payment);
    if (sequence < steps.size()) {
      return planned(position, step(payment, sequence), Special.NORMAL);
    }
    return switch (special(position)) {
      case NORMAL -> beside(position);
      case DUPLICATE_NEAR ->
          planned(position, step(payment, copied(position, steps)), Special.DUPLICATE_NEAR);
      case DUPLICATE_FAR -> far(position, turn / TURNS);
      case ALTERED -> planned(position, altered(payment, steps, position), Special.ALTERED);
      case ABORTED -> aborted(position, turn / TURNS);
      case POISON -> poison(position);
      case OVERSIZE -> oversize(position);
      case SKEWED -> skewed(position);
    };
  }

  // A lane's payments follow each other: number 0 of every lane, then number 1, and so on.
  private long payment(long position, long numberInLane) {
    return numberInLane * options.lanes() + position % options.lanes();
  }

  // About half of the turns are free for special records; so each share counts about twice there.
  private Special special(long position) {
    WorkloadOptions.Shares shares = options.shares();
    int thrown = dice.below(OF, "special", position);
    for (Special special : Special.values()) {
      thrown -= 2 * shares.of(special);
      if (thrown < 0) {
        return special;
      }
    }
    return Special.NORMAL;
  }

  private PaymentEvent step(long payment, int sequence) {
    long numberInLane = payment / options.lanes();
    long position = (numberInLane * TURNS + sequence) * options.lanes() + payment % options.lanes();
    return lives.event(payment, sequence, lives.steps(payment).get(sequence), occurredAt(position));
  }

  private Instant occurredAt(long position) {
    return options.start().plus(TICK.multipliedBy(position));
  }

  private int copied(long position, List<Lives.Step> steps) {
    return dice.below(steps.size(), "copied", position);
  }

  private PaymentEvent altered(long payment, List<Lives.Step> steps, long position) {
    return withAmountPlusOne(step(payment, copied(position, steps)));
  }

  private static PaymentEvent withAmountPlusOne(PaymentEvent event) {
    return Draft.of(event).amountMinor(event.getAmountMinor() + 1).event();
  }

  /** A payment that is over at once, with a number of its own. */
  private PlannedRecord beside(long position) {
    return planned(position, sale(position, occurredAt(position)), Special.NORMAL);
  }

  private PaymentEvent sale(long position, Instant occurredAt) {
    Lives.Step sale = new Lives.Step(PaymentKind.SALE, 1 + dice.below(OF, "sale", position), 0);
    return lives.event(BESIDE + position, 0, sale, occurredAt);
  }

  private PlannedRecord far(long position, long numberInLane) {
    List<Integer> distances = options.farPositions();
    int distance = distances.get(dice.below(distances.size(), "far", position));
    long back = Math.max(1, distance / (TURNS * options.lanes()));
    long payment = payment(position, numberInLane - back);
    if (numberInLane < back) {
      return beside(position);
    }
    int sequence = copied(position, lives.steps(payment));
    return planned(position, step(payment, sequence), Special.DUPLICATE_FAR);
  }

  /**
   * The next event of the lane with another amount: who reads it takes the true one for altered.
   */
  private PlannedRecord aborted(long position, long numberInLane) {
    long next = payment(position, numberInLane + 1);
    return planned(position, withAmountPlusOne(step(next, 0)), Special.ABORTED);
  }

  private PlannedRecord poison(long position) {
    PaymentEvent sale = sale(position, occurredAt(position));
    PlannedRecord good = planned(position, sale, Special.POISON);
    return switch (dice.below(9, "poison", position)) {
      case 0 -> with(good, good.key(), sale, PlannedRecord.Damage.TRUNCATED);
      case 1 -> with(good, good.key(), sale, PlannedRecord.Damage.WRONG_MAGIC);
      case 2 -> with(good, good.key(), sale, PlannedRecord.Damage.EMPTY);
      case 3 -> with(good, good.key(), sale, PlannedRecord.Damage.NO_VALUE);
      case 4 -> with(good, "another-key", sale, PlannedRecord.Damage.NONE);
      case 5 -> of(good, Draft.of(sale).amountMinor(0).event());
      case 6 -> of(good, Draft.of(sale).currency("XAU").event());
      case 7 -> of(good, Draft.of(sale).accountId(" ").event());
      // Its ce_id stays what it was.
      default -> of(good, Draft.of(sale).eventId("another-id").event());
    };
  }

  private static PlannedRecord of(PlannedRecord good, PaymentEvent event) {
    return with(good, good.key(), event, PlannedRecord.Damage.NONE);
  }

  private static PlannedRecord with(
      PlannedRecord good, String key, PaymentEvent event, PlannedRecord.Damage damage) {
    return new PlannedRecord(
        good.position(),
        good.topic(),
        key,
        event,
        good.eventIdHeader(),
        damage,
        good.timestampMs(),
        good.special());
  }

  // Applied, rejected with a record that is too large, or unreadable.
  private PlannedRecord oversize(long position) {
    PaymentEvent sale =
        Draft.of(sale(position, occurredAt(position)))
            .reference("oversize ".repeat(1 + options.oversizeBytes() / 9))
            .event();
    PlannedRecord good = planned(position, sale, Special.OVERSIZE);
    return switch (dice.below(3, "oversize", position)) {
      case 0 -> good;
      case 1 -> of(good, Draft.of(sale).kind(PaymentKind.CAPTURE).event());
      default -> with(good, good.key(), sale, PlannedRecord.Damage.TRUNCATED);
    };
  }

  private PlannedRecord skewed(long position) {
    Instant now = occurredAt(position);
    int days = 1 + dice.below(DAYS_OFF, "days", position);
    PaymentEvent sale = sale(position, now);
    return switch (dice.below(4, "skewed", position)) {
      case 0 -> planned(position, sale(position, now.minus(LONG_AGO)), Special.SKEWED);
      // Ahead of any run, so it stays from the future.
      case 1 -> planned(position, sale(position, now.plus(FAR_AHEAD)), Special.SKEWED);
      case 2 ->
          planned(
              position,
              Draft.of(sale).occurredAt(now.minus(Duration.ofDays(days))).event(),
              Special.SKEWED);
      default -> {
        PlannedRecord good = planned(position, sale, Special.SKEWED);
        yield new PlannedRecord(
            position,
            good.topic(),
            good.key(),
            sale,
            good.eventIdHeader(),
            PlannedRecord.Damage.NONE,
            position % 2 == 0 ? 0L : now.plus(FAR_AHEAD).toEpochMilli(),
            Special.SKEWED);
      }
    };
  }

  private static PlannedRecord planned(long position, PaymentEvent event, Special special) {
    return new PlannedRecord(
        position,
        Topics.PAYMENTS.name(),
        event.getPaymentId(),
        event,
        event.getEventId(),
        PlannedRecord.Damage.NONE,
        null,
        special);
  }
}
