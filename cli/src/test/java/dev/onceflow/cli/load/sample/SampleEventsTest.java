package dev.onceflow.cli.load.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.load.source.Damage;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleEventsTest {
  private static final int MANY = 120_000;

  private static List<Item> items(SampleEvents events) {
    List<Item> items = new ArrayList<>();
    events.forEachRemaining(items::add);
    return items;
  }

  private static PaymentEvent event(Item item) {
    return item instanceof Item.Damaged damaged ? damaged.event() : ((Item.Payment) item).event();
  }

  @Test
  void theSameSeedGivesTheSameRecords() {
    List<Item> first = items(new SampleEvents(5_000, 7));

    assertThat(items(new SampleEvents(5_000, 7))).isEqualTo(first);
    assertThat(first).hasSize(5_000);
  }

  @Test
  void anotherSeedGivesOtherIds() {
    Set<String> ids = new HashSet<>();
    items(new SampleEvents(1_000, 7)).forEach(item -> ids.add(event(item).getEventId()));

    assertThat(items(new SampleEvents(1_000, 8)))
        .noneMatch(item -> ids.contains(event(item).getEventId()));
  }

  @Test
  void theFirstRecordsStayWhatTheyAre() {
    // Other records for the same seed would make a second run anything but duplicates.
    assertThat(event(new SampleEvents(1, 1).next()))
        .isEqualTo(
            new PaymentEvent(
                "019b76da-a800-7162-bffb-d8154ed848e4",
                "sample-1-0",
                "account-1498",
                "merchant-14",
                PaymentKind.AUTHORIZE,
                2L,
                "KWD",
                SampleEvents.DEFAULT_START,
                "Bestellung №0"));
  }

  @Test
  void whatItSaysItPutInIsWhatAJobMustFind() {
    SampleEvents events = new SampleEvents(MANY, 42);
    Map<Sort.Outcome, Long> found = new EnumMap<>(Sort.Outcome.class);
    ReferenceJob job = new ReferenceJob();

    items(events).forEach(item -> found.merge(job.take(item), 1L, Long::sum));

    SampleCounts counts = events.counts();
    assertThat(found).isEqualTo(counts.outcomes());
    assertThat(counts.records()).isEqualTo(MANY);
    assertThat(counts.sorts().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(MANY);
    assertThat(counts.sorts()).allSatisfy((sort, count) -> assertThat(count).isPositive());
    assertThat(counts.late()).isPositive();
  }

  @Test
  void aSecondRunIsDuplicatesButForWhatNobodyCouldRead() {
    ReferenceJob job = new ReferenceJob();
    items(new SampleEvents(20_000, 3)).forEach(job::take);
    SampleEvents again = new SampleEvents(20_000, 3);
    Map<Sort.Outcome, Long> found = new EnumMap<>(Sort.Outcome.class);

    items(again).forEach(item -> found.merge(job.take(item), 1L, Long::sum));

    assertThat(found).doesNotContainKeys(Sort.Outcome.APPLIED, Sort.Outcome.REJECTED);
    assertThat(found.get(Sort.Outcome.DEAD_LETTER))
        .isEqualTo(again.counts().outcomes().get(Sort.Outcome.DEAD_LETTER));
  }

  @Test
  void itContainsWhatRealStreamsContain() {
    List<PaymentEvent> events =
        items(new SampleEvents(MANY, 5)).stream().map(SampleEventsTest::event).toList();
    Map<String, Integer> firstAt = new HashMap<>();
    Map<String, Integer> farthest = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      int first = firstAt.merge(events.get(i).getEventId(), i, (old, now) -> old);
      farthest.merge(events.get(i).getEventId(), i - first, Math::max);
    }

    assertThat(events.stream().map(PaymentEvent::getKind).distinct())
        .containsExactlyInAnyOrder(PaymentKind.values());
    assertThat(events.stream().map(PaymentEvent::getMerchantId).distinct()).hasSize(40);
    assertThat(events.stream().map(PaymentEvent::getAccountId).distinct())
        .hasSizeGreaterThan(1_000);
    assertThat(events.stream().map(PaymentEvent::getCurrency).distinct())
        .containsExactlyInAnyOrder("GBP", "EUR", "USD", "JPY", "KWD", "ZZZ");
    assertThat(farthest.values()).anyMatch(far -> far >= 1 && far <= 3);
    assertThat(farthest.values()).anyMatch(far -> far >= 20_000);
    assertThat(events).anyMatch(event -> event.getReference() == null);
  }

  @Test
  void eventsHappenFromTheStartOnAndLateOnesDaysBefore() {
    Instant start = Instant.parse("2020-02-02T00:00:00Z");

    List<Item> items = items(new SampleEvents(20_000, 5, start));

    assertThat(items)
        .allSatisfy(
            item -> {
              PaymentEvent event = event(item);
              assertThat(event.getOccurredAt())
                  .isBetween(start.minus(Duration.ofDays(10)), start.plus(Duration.ofDays(1)));
              assertThat(EventIds.timeMs(event.getEventId()))
                  .hasValue(event.getOccurredAt().toEpochMilli());
            });
    assertThat(items)
        .anyMatch(item -> event(item).getOccurredAt().isBefore(start.minus(Duration.ofHours(20))));
  }

  /** The rules of payments, written down once more and as plainly as possible. */
  private static final class ReferenceJob {
    private final Map<String, PaymentEvent> seen = new HashMap<>();

    /** Authorised, captured, refunded, and 1 in the last place once it is voided or a credit. */
    private final Map<String, long[]> payments = new HashMap<>();

    Sort.Outcome take(Item item) {
      PaymentEvent event = event(item);
      if (item instanceof Item.Damaged
          || event.getAmountMinor() == 0
          || event.getCurrency().equals("ZZZ")) {
        return Sort.Outcome.DEAD_LETTER;
      }
      PaymentEvent before = seen.putIfAbsent(event.getEventId(), event);
      if (before != null) {
        return before.equals(event) ? Sort.Outcome.DUPLICATE : Sort.Outcome.QUARANTINED;
      }
      return allowed(event) ? Sort.Outcome.APPLIED : Sort.Outcome.REJECTED;
    }

    private boolean allowed(PaymentEvent event) {
      long amount = event.getAmountMinor();
      long[] payment = payments.get(event.getPaymentId());
      switch (event.getKind()) {
        case AUTHORIZE, SALE, CREDIT -> {
          if (payment != null) {
            return false;
          }
          boolean sale = event.getKind() == PaymentKind.SALE;
          boolean credit = event.getKind() == PaymentKind.CREDIT;
          payments.put(
              event.getPaymentId(),
              credit ? new long[] {0, 0, 0, 1} : new long[] {amount, sale ? amount : 0, 0, 0});
          return true;
        }
        case CAPTURE -> {
          return payment != null && payment[3] == 0 && add(payment, 1, amount, payment[0]);
        }
        case REFUND -> {
          return payment != null && payment[3] == 0 && add(payment, 2, amount, payment[1]);
        }
        default -> {
          boolean free = payment != null && payment[3] == 0 && payment[1] == 0;
          if (free) {
            payment[3] = 1;
          }
          return free;
        }
      }
    }

    private static boolean add(long[] payment, int place, long amount, long limit) {
      if (payment[place] + amount > limit) {
        return false;
      }
      payment[place] += amount;
      return true;
    }
  }

  @Test
  void damagedBytesAreTheSameEachTimeAndNeverWhole() {
    byte[] whole = {0, 0, 0, 0, 1, 10, 20, 30, 40, 50};

    assertThat(Arrays.stream(Damage.values()))
        .allSatisfy(
            damage -> {
              byte[] damaged = damage.apply(whole);
              assertThat(damaged).isNotEqualTo(whole);
              assertThat(damage.apply(whole)).isEqualTo(damaged);
              assertThat(damage.apply(whole)[0] == 0).isEqualTo(damage == Damage.TRUNCATED);
            });
  }
}
