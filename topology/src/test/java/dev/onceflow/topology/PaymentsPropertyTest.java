package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.streams.verdict.Tally;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of legal, illegal, copied, altered and poisoned records, against invariants. */
class PaymentsPropertyTest {
  private static final int RECORDS = 1_500;
  private static final int PAYMENTS = 60;
  private static final List<PaymentKind> KINDS = List.of(PaymentKind.values());
  private static final String[] CURRENCIES = {"GBP", "EUR", "JPY"};

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyHistoryKeepsTheInvariants(long seed, @TempDir Path stateDir) {
    try (PaymentsTester job = new PaymentsTester(stateDir)) {
      History history = new History(job, seed);

      history.run(() -> {});

      assertThat(history.violations()).as("seed %d", seed).isEmpty();
    }
  }

  // A payment still knows its last event: what is posted twice are copies that came later, which
  // not every history has.
  @Test
  void aJobThatForgetsWhatItDecidedIsCaught(@TempDir Path stateDir) {
    List<String> all = new ArrayList<>();
    for (long seed = 1; seed <= 4; seed++) {
      try (PaymentsTester job = new PaymentsTester(stateDir.resolve("seed-" + seed))) {
        KeyValueStore<Bytes, byte[]> memory = job.driver.getKeyValueStore("payments-memory");
        History history = new History(job, seed);

        history.run(() -> PaymentsTester.forget(memory));

        List<String> violations = history.violations();
        assertThat(violations).as("seed %d", seed).anyMatch(v -> v.startsWith("duplicates"));
        all.addAll(violations);
      }
    }

    assertThat(all).anyMatch(violation -> violation.startsWith("event posted twice"));
  }

  @Test
  void aJobThatForgetsItsDailyTotalsIsCaught(@TempDir Path stateDir) {
    try (PaymentsTester job = new PaymentsTester(stateDir)) {
      KeyValueStore<String, MerchantDailyTotal> totals =
          job.driver.getKeyValueStore("daily-totals");
      History history = new History(job, 1);

      history.run(() -> PaymentsTester.forget(totals));

      assertThat(history.violations())
          .containsExactlyInAnyOrder(
              "daily totals differ from the sums of entries",
              "versions of daily totals differ from counts of entries");
    }
  }

  private static final class History {
    private final PaymentsTester job;
    private final Random random;
    private final List<PaymentEvent> decided = new ArrayList<>();
    private int fresh;
    private int copies;
    private int altered;
    private int poisoned;

    History(PaymentsTester job, long seed) {
      this.job = job;
      this.random = new Random(seed);
    }

    void run(Runnable afterEach) {
      for (int i = 0; i < RECORDS; i++) {
        int dice = random.nextInt(100);
        if (dice < 20 && !decided.isEmpty()) {
          copies++;
          job.send(any(decided));
        } else if (dice < 25 && !decided.isEmpty()) {
          altered++;
          job.send(dearer(any(decided)));
        } else if (dice < 30) {
          poisoned++;
          poison();
        } else {
          fresh++;
          PaymentEvent event = event();
          decided.add(event);
          job.send(event);
        }
        afterEach.run();
      }
    }

    private void poison() {
      PaymentEvent event = event();
      if (random.nextBoolean()) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        job.send(event.getPaymentId(), bytes, new RecordHeaders());
      } else {
        job.send("p-other", job.bytes(event), new RecordHeaders());
      }
    }

    private PaymentEvent event() {
      int payment = random.nextInt(PAYMENTS);
      PaymentKind kind = KINDS.get(random.nextInt(KINDS.size()));
      boolean stranger = random.nextInt(20) == 0;
      String id = random.nextBoolean() ? randomUuid().toString() : "event " + random.nextLong();
      return new PaymentEvent(
          id,
          "p-" + payment,
          stranger ? "somebody" : "customer-" + payment % 7,
          "merchant-" + payment % 3,
          kind,
          1L + random.nextInt(kind == PaymentKind.AUTHORIZE ? 1_000 : 400),
          CURRENCIES[payment % CURRENCIES.length],
          PaymentsTester.OCCURRED.plusSeconds(random.nextInt(1_000_000)),
          null);
    }

    // Of version 4: what looks like version 7 has a time inside, here one far ahead.
    private UUID randomUuid() {
      return new UUID((random.nextLong() & ~0xF000L) | 0x4000L, random.nextLong());
    }

    private static PaymentEvent dearer(PaymentEvent event) {
      return PaymentEvent.newBuilder(event).setAmountMinor(event.getAmountMinor() + 1).build();
    }

    private PaymentEvent any(List<PaymentEvent> events) {
      return events.get(random.nextInt(events.size()));
    }

    List<String> violations() {
      List<String> violations = new ArrayList<>();
      List<LedgerEntry> entries = job.entries().stream().map(TestRecord::value).toList();
      money(entries, violations);
      merchantsByDay(entries, violations);
      eachEventOnce(entries, violations);
      paymentsWithinTheirLimits(entries, violations);
      nothingLost(violations);
      return violations;
    }

    private void money(List<LedgerEntry> entries, List<String> violations) {
      Map<String, Long> byCurrency = new HashMap<>();
      Map<String, Long> byAccount = new HashMap<>();
      Map<String, Long> versions = new HashMap<>();
      for (LedgerEntry entry : entries) {
        byCurrency.merge(entry.getCurrency(), entry.getAmountMinor(), Long::sum);
        byAccount.merge(entry.getAccount(), entry.getAmountMinor(), Long::sum);
        versions.merge(entry.getAccount(), 1L, Long::sum);
      }
      byCurrency.forEach(
          (currency, sum) ->
              check(sum == 0, "entries in " + currency + " sum to " + sum, violations));
      Map<String, Long> balances = new HashMap<>();
      Map<String, Long> lastVersions = new HashMap<>();
      for (TestRecord<String, AccountBalance> balance : job.balances()) {
        balances.put(balance.key(), balance.value().getBalanceMinor());
        lastVersions.put(balance.key(), balance.value().getVersion());
      }
      check(balances.equals(byAccount), "balances differ from the sums of entries", violations);
      check(lastVersions.equals(versions), "versions differ from counts of entries", violations);
    }

    private void merchantsByDay(List<LedgerEntry> entries, List<String> violations) {
      Map<String, Long> moved = new HashMap<>();
      Map<String, Long> counts = new HashMap<>();
      for (LedgerEntry entry : entries) {
        if (entry.getAccount().startsWith("merchant:")) {
          LocalDate day = LocalDate.ofInstant(entry.getOccurredAt(), ZoneOffset.UTC);
          String key = entry.getPartyId() + '|' + day + '|' + entry.getCurrency();
          moved.merge(key, -entry.getAmountMinor(), Long::sum);
          counts.merge(key, 1L, Long::sum);
        }
      }
      Map<String, Long> totals = new HashMap<>();
      Map<String, Long> versions = new HashMap<>();
      for (TestRecord<String, MerchantDailyTotal> record : job.dailyTotals()) {
        MerchantDailyTotal total = record.value();
        totals.put(record.key(), total.getCapturedMinor() - total.getRefundedMinor());
        versions.put(record.key(), total.getVersion());
      }
      check(totals.equals(moved), "daily totals differ from the sums of entries", violations);
      check(
          versions.equals(counts),
          "versions of daily totals differ from counts of entries",
          violations);
    }

    private static void eachEventOnce(List<LedgerEntry> entries, List<String> violations) {
      Set<String> entryIds = new HashSet<>();
      Map<String, Integer> perEvent = new HashMap<>();
      for (LedgerEntry entry : entries) {
        check(entryIds.add(entry.getEntryId()), "entry ID twice", violations);
        perEvent.merge(entry.getEventId(), 1, Integer::sum);
      }
      perEvent.forEach((id, count) -> check(count == 2, "event posted twice: " + id, violations));
    }

    private void paymentsWithinTheirLimits(List<LedgerEntry> entries, List<String> violations) {
      Map<String, Long> captured = new HashMap<>();
      Map<String, Long> refunded = new HashMap<>();
      for (LedgerEntry entry : entries) {
        if (entry.getAmountMinor() > 0) {
          boolean takes =
              entry.getKind() == PaymentKind.CAPTURE || entry.getKind() == PaymentKind.SALE;
          boolean gives = entry.getKind() == PaymentKind.REFUND;
          captured.merge(entry.getPaymentId(), takes ? entry.getAmountMinor() : 0, Long::sum);
          refunded.merge(entry.getPaymentId(), gives ? entry.getAmountMinor() : 0, Long::sum);
        }
      }
      KeyValueStore<String, PaymentState> states = job.driver.getKeyValueStore("payment-states");
      for (int i = 0; i < PAYMENTS; i++) {
        String id = "p-" + i;
        PaymentState state = states.get(id);
        long taken = captured.getOrDefault(id, 0L);
        long given = refunded.getOrDefault(id, 0L);
        long authorized = state == null ? 0 : state.getAuthorizedMinor();
        check(given <= taken, id + ": refunded more than captured", violations);
        check(taken <= authorized, id + ": captured more than authorised", violations);
        check(
            state == null
                || (state.getCapturedMinor() == taken && state.getRefundedMinor() == given),
            id + ": state and entries differ",
            violations);
      }
    }

    private void nothingLost(List<String> violations) {
      Tally tally = job.tally();
      check(tally.read() == RECORDS, "read " + tally.read() + " of " + RECORDS, violations);
      check(tally.nextOffset() == RECORDS, "next offset " + tally.nextOffset(), violations);
      check(tally.duplicate() == copies, "duplicates " + tally.duplicate(), violations);
      check(tally.applied() + tally.rejected() == fresh, "decided events differ", violations);
      check(tally.rejected() == job.rejected().size(), "rejected topic differs", violations);
      check(tally.quarantined() == altered, "quarantined " + tally.quarantined(), violations);
      check(tally.quarantined() == job.quarantine().size(), "quarantine differs", violations);
      check(tally.dlq() == poisoned, "dead letters " + tally.dlq(), violations);
      check(tally.dlq() == job.deadLetters().size(), "dead letter topic differs", violations);
      check(tally.applied() > 0 && tally.rejected() > 0, "the history is one-sided", violations);
    }

    private static void check(boolean holds, String violation, List<String> violations) {
      if (!holds) {
        violations.add(violation);
      }
    }
  }
}
