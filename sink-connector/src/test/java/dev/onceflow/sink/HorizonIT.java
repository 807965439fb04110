package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long events are known, and what is said of those that may have been forgotten. */
class HorizonIT {
  private static final Duration HORIZON = Duration.ofDays(7);
  private static final Duration YEAR = Duration.ofDays(365);
  private static final long TODAY_MS = TestingTopic.TIME_MS;
  private static final String COUNTED = "SELECT coalesce(sum(n), 0) FROM totals";
  private static final String TABLES =
      "CREATE TABLE totals (shop text PRIMARY KEY, amount bigint, n bigint)";
  private static final String PARTITIONS =
      "SELECT count(*) FROM onceflow.processed_ranges UNION ALL"
          + " SELECT count(*) FROM onceflow.processed_generations";

  private static final String RANGES_OF_ONE_TRANSACTION =
      "SELECT max(n) FROM (SELECT count(*) AS n FROM onceflow.processed_ranges GROUP BY xmin::text) t";
  private static final String VERSION = "SELECT version FROM onceflow.floors";

  private final TestingTables tables = new TestingTables();
  private final TestingTopic sales = new TestingTopic("sales", 0);
  private final TestingTopic more = new TestingTopic("sales", 1);

  @BeforeEach
  void totals() {
    tables.postgres.execute(TABLES);
    tables.config.put("dedupe.horizon.ms", String.valueOf(HORIZON.toMillis()));
    tables.table(
        "totals",
        "topic",
        "sales",
        "effect",
        "accumulate",
        "event.id",
        "id",
        "key",
        "shop",
        "sum",
        "amount",
        "count",
        "n");
  }

  private static String idOf(long timeMs, long number) {
    return new UUID(timeMs << 16 | 0x7000L, 0x8000000000000000L | number).toString();
  }

  private static void sale(TestingTopic topic, String id, int amount) {
    topic.append("k", TestingTables.row("id", id, "shop", "A", "amount", amount));
  }

  /** A file of a year ago, a sale for each day. */
  private void loadOldFile() {
    for (int day = 0; day < 100; day++) {
      sale(sales, idOf(TODAY_MS - YEAR.toMillis() + Duration.ofDays(day).toMillis(), day), 1);
    }
  }

  private long number(String sql) {
    return Long.parseLong(tables.postgres.query(sql));
  }

  private String onlyRange() {
    return "onceflow.processed_events_1_"
        + tables.postgres.query("SELECT from_ms / 3600000 FROM onceflow.processed_ranges");
  }

  private String counted() {
    return tables.postgres.query(COUNTED);
  }

  private static long rejected(TestingWorker worker, String reason) {
    return worker.context.deadLetterReasons.stream()
        .filter(e -> e.getCause().getMessage().contains("{\"reason\":\"" + reason + "\""))
        .count();
  }

  @Test
  void yearOldFileThatIsLoadedTodayIsNew() {
    loadOldFile();
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("100");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void yearOldFileThatIsLoadedTwiceIsADuplicate() {
    loadOldFile();
    tables.worker(sales).drain();
    sales.pass(HORIZON.minusHours(1));
    loadOldFile();
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("100");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void yearOldFileThatIsLoadedAgainPastTheHorizonIsUnprovable() {
    loadOldFile();
    tables.worker(sales).drain();
    sales.pass(HORIZON.plusHours(12));
    loadOldFile();
    String fresh = idOf(TODAY_MS + HORIZON.toMillis(), 0);
    sale(sales, fresh, 1);
    sale(sales, fresh, 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("101");
    assertThat(rejected(worker, "unprovable")).isEqualTo(100);
    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessage(
            "table totals: whether record sales-0@100 took effect before can't be proved: its event ID is"
                + " unknown, and was minted in a time whose memory was dropped (dedupe.horizon.ms)");
    assertThat(tables.postgres.query(PARTITIONS)).isEqualTo("2 0");
  }

  @Test
  void tenYearsOfEventsAreRememberedAndForgottenInSmallTransactions() {
    tables.config.put("dedupe.horizon.ms", String.valueOf(Duration.ofHours(1).toMillis()));
    for (int day = 3_650; day > 0; day--) {
      sale(sales, idOf(TODAY_MS - Duration.ofDays(day).toMillis(), day), 1);
    }
    TestingWorker worker = tables.worker(sales);
    worker.drain();

    assertThat(counted()).isEqualTo("3650");
    assertThat(number("SELECT count(*) FROM onceflow.processed_ranges")).isBetween(100L, 250L);
    assertThat(number(RANGES_OF_ONE_TRANSACTION)).isEqualTo(32);

    sales.pass(Duration.ofHours(2));
    sale(sales, idOf(TODAY_MS + Duration.ofHours(2).toMillis(), 0), 1);
    long version = number(VERSION);
    worker.drain();

    assertThat(counted()).isEqualTo("3651");
    assertThat(tables.postgres.query(PARTITIONS)).isEqualTo("1 0");
    assertThat(number(VERSION) - version).isBetween(4L, 8L);
  }

  /** Somebody's view is in the way of a partition that is due. */
  @Test
  void whatCanNotBeDroppedStaysAndFailsNoBatch() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    tables.postgres.execute("CREATE VIEW recent AS SELECT * FROM " + onlyRange());
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(sales, idOf(TODAY_MS, 2), 1);
    worker.drain();

    assertThat(counted()).isEqualTo("2");

    tables.postgres.execute("DROP VIEW recent");
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  /** While forgetting waits, another task writes down that something arrived again. */
  @Test
  void whatWasKeptAliveMeanwhileChangesNothing() throws SQLException {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    try (Connection stranger = tables.postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(1869505379, 1)");
      CompletableFuture<Void> drained = CompletableFuture.runAsync(worker::drain);
      while (number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
          == 0) {
        Thread.onSpinWait();
      }
      statement.execute(
          "UPDATE onceflow.processed_ranges SET newest_arrival_ms = newest_arrival_ms * 2");
      stranger.commit();
      drained.join();
    }

    assertThat(worker.context.deadLetterReasons).isEmpty();
    assertThat(number(VERSION)).isZero();
  }

  /** Another task's batch takes longer than the first look would wait for it. */
  @Test
  void forgettingThatIsOverdueWaitsForALongBatch() throws SQLException {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    try (Connection stranger = tables.postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock_shared(1869505380, 1)");
      CompletableFuture<Void> drained = CompletableFuture.runAsync(worker::drain);
      statement.execute("SELECT pg_sleep(3)");
      stranger.rollback();
      drained.join();
    }

    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  @Test
  void unknownEventAboveTheFloorIsNewHoweverLateItComes() {
    sale(sales, idOf(TODAY_MS - YEAR.toMillis(), 1), 1);
    sales.pass(HORIZON.multipliedBy(2).plusHours(12));
    sale(sales, idOf(TODAY_MS - YEAR.dividedBy(2).toMillis(), 2), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void eventThatComesAgainWithOtherContentIsAltered() {
    String id = idOf(TODAY_MS, 1);
    sale(sales, id, 5);
    tables.worker(sales).drain();
    sale(sales, idOf(TODAY_MS, 2), 7);
    sale(sales, id, 6);
    sale(sales, "text", 9);
    sale(sales, id, 5);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sale(sales, "text", 10);

    worker.drain();

    assertThat(tables.postgres.query("SELECT amount, n FROM totals")).isEqualTo("21,3");
    assertThat(worker.context.deadLetterReasons)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "table totals: the event ID of record sales-0@2 took effect before, with other content",
            "table totals: the event ID of record sales-0@5 took effect before, with other content");
  }

  @Test
  void eventFromTheFutureIsRejectedAndNotRemembered() {
    sale(sales, idOf(TODAY_MS + Duration.ofHours(2).toMillis(), 1), 1);
    sale(sales, idOf(TODAY_MS + Duration.ofMinutes(59).toMillis(), 2), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("1");
    assertThat(rejected(worker, "future")).isEqualTo(1);
    assertThat(tables.postgres.query("SELECT count(*) FROM onceflow.processed_events"))
        .isEqualTo("1");
  }

  /** Single message transforms can leave a record without one. */
  @Test
  void recordWithoutATimestampIsJudgedByItsArrival() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    sales.forgetTime();
    sale(sales, idOf(TODAY_MS + Duration.ofHours(2).toMillis(), 2), 1);
    sale(sales, idOf(TODAY_MS + Duration.ofMinutes(59).toMillis(), 3), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(worker.context.deadLetterReasons)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "table totals: the event ID of record sales-0@1 was minted 7200000 ms after the latest timestamp"
                + " of its partition (it has none itself), more than dedupe.skew.max.ms=3600000; correct"
                + " the producer's clock, or allow for more");
  }

  @Test
  void opaqueIdsAreKnownForTheHorizonAndNewAfterTwo() {
    for (int i = 0; i < 20; i++) {
      sale(sales, "first", 1);
      sale(sales, "of period " + i, 1);
      sales.pass(HORIZON.dividedBy(2));
      sale(sales, "of period " + i, 1);
      tables.worker(sales).drain();
    }
    assertThat(tables.postgres.query(PARTITIONS)).isEqualTo("0 2");
    long counted = Long.parseLong(counted());
    // Each period's once; "first" again whenever its generation was dropped.
    assertThat(counted).isBetween(23L, 27L);
  }

  @Test
  void partitionThatLagsHoldsTheMemory() {
    String id = idOf(TODAY_MS, 1);
    sale(sales, id, 1);
    sale(more, idOf(TODAY_MS, 2), 1);
    TestingWorker worker = tables.worker(sales, more);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, idOf(TODAY_MS + HORIZON.multipliedBy(3).toMillis(), 3), 1);
    worker.drain();
    sale(sales, id, 1);
    worker.drain();

    assertThat(counted()).isEqualTo("3");
    assertThat(worker.context.deadLetterReasons).isEmpty();

    // An event that comes again is remembered from then on.
    more.pass(HORIZON.multipliedBy(5));
    sale(more, idOf(TODAY_MS + HORIZON.multipliedBy(5).toMillis(), 4), 1);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(2).plusHours(12));
    sale(sales, id, 1);
    worker.drain();

    assertThat(counted()).isEqualTo("4");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  @Test
  void partitionWhoseFenceStoodStillForAHorizonHoldsNobody() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(more, idOf(TODAY_MS, 2), 1);
    TestingWorker worker = tables.worker(sales, more);
    worker.drain();
    tables.postgres.execute(
        "UPDATE onceflow.fence SET advanced_at = now() - interval '8 days' WHERE partition = 1");
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, idOf(TODAY_MS, 1), 1);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  /** The fences' last move lies as far back for the one that lags as for the one that is ahead. */
  @Test
  void claimedPartitionThatLagsAfterADowntimeOfAHorizonHoldsTheMemory() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(more, idOf(TODAY_MS, 2), 1);
    tables.worker(sales, more).drain();
    tables.postgres.execute("UPDATE onceflow.fence SET advanced_at = now() - interval '8 days'");
    TestingWorker lagging = tables.worker(more);
    lagging.drain();
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, idOf(TODAY_MS + HORIZON.multipliedBy(3).toMillis(), 3), 1);
    tables.worker(sales).drain();
    sale(more, idOf(TODAY_MS, 1), 1);

    lagging.drain();

    assertThat(counted()).isEqualTo("3");
    assertThat(lagging.context.deadLetterReasons).isEmpty();
  }

  /** What was taken later must not make a record's second try come later. */
  @Test
  void recordThatIsTriedAgainAfterAnotherOneWasRejectedArrivesWhenItFirstDid() {
    TestingWorker worker = workerWithTwoGenerationsOfIds();
    sales.pass(HORIZON.dividedBy(2));
    sale(sales, "early", 2);
    sale(sales, "late", 1);
    sales.pass(HORIZON.multipliedBy(4));
    sale(sales, "last", 1);

    worker.drain();

    assertThat(rejected(worker, "altered")).isEqualTo(1);
    assertThat(counted()).isEqualTo("4");
  }

  @Test
  void recordThatIsTriedAgainAfterTroubleArrivesWhenItFirstDid() throws SQLException {
    tables.config.put("takeover.timeout.ms", "300");
    TestingWorker worker = workerWithTwoGenerationsOfIds();
    sales.pass(HORIZON.dividedBy(2));
    sale(sales, "late", 1);
    sales.pass(HORIZON.multipliedBy(4));
    sale(sales, "last", 1);
    try (Connection stranger = tables.postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("LOCK TABLE totals IN SHARE ROW EXCLUSIVE MODE");
      assertThat(worker.step()).isEqualTo(-1);
      stranger.rollback();
    }

    worker.drain();

    assertThat(counted()).isEqualTo("4");
  }

  /** The event "late" came 6 days after "early", in the same generation, and 2 days before now. */
  private TestingWorker workerWithTwoGenerationsOfIds() {
    TestingWorker worker = tables.worker(sales);
    sale(sales, "early", 1);
    worker.drain();
    sales.pass(Duration.ofDays(6));
    sale(sales, "late", 1);
    worker.drain();
    sales.pass(Duration.ofDays(2));
    sale(sales, "of the second generation", 1);
    worker.drain();
    return worker;
  }

  /** What is in the task's memory is ahead of a database that was restored to before it. */
  @Test
  void databaseThatWentBackForgetsNothingByTheClockOfRecordsItDoesNotHave() {
    sale(sales, "early", 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, "late", 1);
    worker.drain();
    // Two generations are there; of the later records nothing is left.
    tables.postgres.execute(
        "UPDATE onceflow.fence SET next_offset = 1, last_offset = 0, last_timestamp_ms = "
            + TODAY_MS
            + "; DELETE FROM onceflow.processed_events_opaque WHERE generation > 1;"
            + " UPDATE totals SET n = 1, amount = 1");
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, "later", 1);

    worker.drain();

    assertThat(counted()).isEqualTo("3");
    assertThat(tables.postgres.query("SELECT max(generation) FROM onceflow.processed_generations"))
        .isEqualTo("2");
  }

  @Test
  void whatAnotherTaskForgotIsNoticedBeforeTheNextVerdict() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    // What forgetting does, in the other task's transaction.
    tables.postgres.execute(
        "DROP TABLE "
            + onlyRange()
            + "; DELETE FROM onceflow.processed_ranges;"
            + " UPDATE onceflow.floors SET version = version + 1, floor_ms = "
            + TODAY_MS);
    sale(sales, idOf(TODAY_MS, 2), 1);
    sale(sales, idOf(TODAY_MS + 1, 3), 1);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partitionThatWasDroppedByHandLiftsTheFloorToItsEnd(boolean isRestarted) {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker first = tables.worker(sales);
    first.drain();
    tables.postgres.execute("DROP TABLE " + onlyRange());
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(sales, idOf(TODAY_MS, 2), 1);
    sales.pass(Duration.ofHours(12));
    sale(sales, idOf(TODAY_MS + Duration.ofHours(12).toMillis(), 3), 1);
    TestingWorker worker = isRestarted ? tables.worker(sales) : first;

    worker.drain();

    assertThat(rejected(worker, "unprovable")).isEqualTo(2);
    assertThat(counted()).isEqualTo("2");
  }

  @Test
  void memoryOfAllTimeThatWasDroppedByHandProvesNothing() {
    tables.config.put("dedupe.horizon.ms", "-1");
    sale(sales, idOf(TODAY_MS, 1), 1);
    tables.worker(sales).drain();
    tables.postgres.execute("DROP TABLE " + onlyRange());
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
    assertThat(counted()).isEqualTo("1");
  }

  /**
   * Each event comes in both partitions, to two tasks at once, which begin with an empty memory.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eventThatComesToTwoTasksAtOnceIsCountedOnce(boolean isTimed) {
    tables.config.put("batch.rows.max", "50");
    for (int i = 0; i < 2_000; i++) {
      long hour = Duration.ofHours(i % 97).toMillis();
      sale(sales, isTimed ? idOf(TODAY_MS - hour, i) : "sale " + i, 1);
      int other = 1_999 - i;
      hour = Duration.ofHours(other % 97).toMillis();
      sale(more, isTimed ? idOf(TODAY_MS - hour, other) : "sale " + other, 1);
    }
    TestingWorker first = tables.worker(sales);
    TestingWorker second = tables.worker(more);

    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> drainThroughTrouble(first)),
            CompletableFuture.runAsync(() -> drainThroughTrouble(second)))
        .join();

    assertThat(counted()).isEqualTo("2000");
  }

  private static void drainThroughTrouble(TestingWorker worker) {
    for (int idle = 0; idle < 2; ) {
      idle = worker.step() == 0 ? idle + 1 : 0;
    }
  }

  /**
   * Events, duplicates, late ones and restarts in random order. Whatever is forgotten when, an
   * event counts once; one that came within the horizon is never called unprovable, nor is one that
   * is younger than all that can have been forgotten.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void verdictsAreAllowedWhateverHappens(long seed) {
    Random random = new Random(seed);
    Map<String, Long> lastArrivals = new HashMap<>();
    Map<String, Long> counts = new HashMap<>();
    List<String> ids = new ArrayList<>();
    long nowMs = TODAY_MS;
    TestingWorker worker = tables.worker(sales);
    for (int i = 0; i < 300; i++) {
      if (random.nextInt(15) == 0) {
        worker = tables.worker(sales);
      }
      long passMs = (long) (random.nextDouble() * HORIZON.toMillis() / 5);
      sales.pass(Duration.ofMillis(passMs));
      nowMs += passMs;
      boolean isAgain = !ids.isEmpty() && random.nextInt(3) == 0;
      String id =
          isAgain
              ? ids.get(Math.max(0, ids.size() - 1 - random.nextInt(40)))
              : idOf(nowMs - (long) (random.nextDouble() * 4 * HORIZON.toMillis()), i);
      ids.add(id);
      sale(sales, id, 1);
      long before = Long.parseLong(counted());
      int reasons = worker.context.deadLetterReasons.size();

      worker.drain();

      boolean isCounted = Long.parseLong(counted()) > before;
      boolean isUnprovable = worker.context.deadLetterReasons.size() > reasons;
      Long lastArrival = lastArrivals.get(id);
      String what = "step " + i + " of seed " + seed;
      if (isCounted) {
        assertThat(counts.merge(id, 1L, Long::sum)).as(what).isEqualTo(1);
        lastArrivals.put(id, nowMs);
      } else if (isUnprovable) {
        long horizonAgo = nowMs - HORIZON.toMillis();
        assertThat(lastArrival == null || lastArrival < horizonAgo).as(what).isTrue();
        assertThat(lastArrivals)
            .as(what)
            .anySatisfy(
                (other, arrival) -> {
                  assertThat(arrival).isLessThan(horizonAgo);
                  assertThat(other).isGreaterThanOrEqualTo(id.substring(0, 13));
                });
      } else {
        assertThat(counts).as(what).containsKey(id);
      }
    }
    assertThat(worker.context.deadLetterReasons.size() + counts.size()).isPositive();
  }
}
