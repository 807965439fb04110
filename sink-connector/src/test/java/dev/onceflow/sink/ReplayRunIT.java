package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.batch.Guarantee;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.write.Effects;
import dev.onceflow.sink.write.EventMemory;
import dev.onceflow.sink.write.Stage;
import dev.onceflow.sink.write.TableSpec;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A replay's connector beside the live one: what it takes, what it leaves alone, when it stops. */
class ReplayRunIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long LATER = 1_000_000_000_000L;
  private static final String TOTALS =
      "SELECT sum(entries), sum(amount_minor) FROM merchant_daily_totals";
  private static final String ITEMS = "SELECT id, v FROM items ORDER BY id";
  private static final String FENCES =
      "SELECT run, next_offset FROM onceflow.fence ORDER BY run, topic, partition";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);
  private final TestingTopic items = new TestingTopic("items", 0);
  private final AtomicLong nowMs = new AtomicLong(1);

  @BeforeEach
  void applyHundred() {
    postgres.execute(Payments.TABLES);
    append(0, 100);
    live().drain();
    postgres.execute(
        """
        CREATE TABLE onceflow.replays (run text PRIMARY KEY, state text, rate bigint);
        INSERT INTO onceflow.replays VALUES ('1', 'running', NULL);
        INSERT INTO onceflow.fence (sink, run, topic, partition, next_offset, epoch, owner)
        VALUES ('payments-sink', '1', 'ledger-entries', 0, 20, 0, 'test')""");
  }

  private void append(int from, int to) {
    for (int i = from; i < to; i++) {
      entries.append("k", Payments.entry(i, i % 3, 100));
    }
  }

  private TestingWorker live() {
    TestingWorker worker =
        new TestingWorker(new OnceflowSinkTask(), Payments.config(postgres.url()), 1_000);
    worker.assign(Map.of(entries, 0L));
    return worker;
  }

  private Map<String, String> replayConfig(long end) {
    Map<String, String> config = new HashMap<>(Payments.config(postgres.url()));
    config.put("name", "payments-sink-replay-1");
    config.put("sink.name", "payments-sink");
    config.put("run", "1");
    config.put("run.end", "ledger-entries:0=" + end);
    config.remove("fence.initial");
    return config;
  }

  private TestingWorker replay(long end, Guarantee guarantee) {
    return replay(end, guarantee, 10);
  }

  private TestingWorker replay(long end, Guarantee guarantee, int pollMax) {
    TestingWorker worker =
        new TestingWorker(
            new OnceflowSinkTask(guarantee, () -> Instant.ofEpochMilli(nowMs.get())),
            replayConfig(end),
            pollMax);
    worker.assign(Map.of(entries, 0L));
    return worker;
  }

  private TestingWorker replay(long end) {
    return replay(end, new ExactlyOnce());
  }

  private void replayFiltered(long end, Map<String, String> changes) {
    Map<String, String> config = replayConfig(end);
    config.putAll(changes);
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 10);
    worker.assign(Map.of(entries, 0L));
    worker.drain();
  }

  @Test
  void whatIsThereStaysAndWhatWasLostComesBackUpToTheEnd() {
    postgres.execute(
        "DELETE FROM ledger_entries WHERE substring(event_id FROM 7)::int BETWEEN 10 AND 70");
    TestingTopic other = new TestingTopic("ledger-entries", 1);
    other.append("k", Payments.entry(1_000, 1, 100));
    TestingWorker replay = replay(60);
    replay.assign(Map.of(other, 0L));

    replay.drain();

    // From 20 up to 60 come back; 10 to 19 lie before the range, 60 to 70 behind its end.
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("79");
    assertThat(
            postgres.query(
                "SELECT count(*) FROM ledger_entries WHERE substring(event_id FROM 7)::int BETWEEN 20 AND 59"))
        .isEqualTo("40");
    // No event counts twice: the replay shares the memory of the live sink.
    assertThat(postgres.query(TOTALS)).isEqualTo("100,10000");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
    assertThat(replay.context.paused).containsExactlyInAnyOrder(entries.partition, other.partition);
  }

  /** Every third entry is of M1, the last one of the range is not: the fence passes it. */
  @Test
  void whatTheFilterLeavesOutHasNoEffectsAndMovesTheFence() {
    postgres.execute("DELETE FROM ledger_entries");

    replayFiltered(60, Map.of("run.filter", "field:party_id=M1,field:kind!=REFUND"));

    // 22, 25, ... 58.
    assertThat(postgres.query("SELECT count(*), count(DISTINCT party_id) FROM ledger_entries"))
        .isEqualTo("13,1");
    assertThat(postgres.query(TOTALS)).isEqualTo("100,10000");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");

    // Control: what doesn't know the filter brings back the rest of the range, too.
    postgres.execute("UPDATE onceflow.fence SET next_offset = 20 WHERE run = '1'");
    replayFiltered(60, Map.of());
    assertThat(postgres.query("SELECT count(*), count(DISTINCT party_id) FROM ledger_entries"))
        .isEqualTo("40,3");
  }

  @Test
  void replayStopsAtWhatItsFilterCannotCompare() {
    assertThatThrownBy(() -> replayFiltered(60, Map.of("run.filter", "field:booked_on=2026-01-01")))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("ledger-entries-0@20: field:booked_on comes as Date");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,20");
  }

  @Test
  void replayStopsAtWhatDoesNotSayWhatItWasMadeOf() {
    assertThatThrownBy(() -> replayFiltered(60, Map.of("run.filter", "input:payments-0=0..10")))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(
            "ledger-entries-0@20: its header onceflow_input is null; expected TOPIC-PARTITION-OFFSET of [payments-0]");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,20");
  }

  @Test
  void controlRunWithAMemoryOfItsOwnCountsTwice() {
    TestingWorker replay = replay(60, new OwnMemory());

    replay.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("140,14000");
  }

  /** What a replay would be that took its memory from its own name. */
  private static final class OwnMemory implements Guarantee {
    private final Guarantee right = new ExactlyOnce();

    @Override
    public Fence fence(String sink, String run, String owner) {
      return right.fence(sink, run, owner);
    }

    @Override
    public Effects effects(String sink, String run, MemoryLimits limits) {
      return right.effects(sink + "-" + run, run, limits);
    }
  }

  @Test
  void killedReplayGoesOnFromItsOwnFence() {
    TestingWorker killed = replay(60);
    killed.step();
    killed.step();
    String before = postgres.query("SELECT next_offset FROM onceflow.fence WHERE run = '1'");
    TestingWorker next = replay(60);
    append(100, 120);
    live().drain();

    next.drain();
    // The killed one wakes up with its buffer.
    killed.drain();

    assertThat(before).isNotEqualTo("20").isNotEqualTo("60");
    assertThat(postgres.query(FENCES)).isEqualTo(",120 1,60");
    assertThat(postgres.query(TOTALS)).isEqualTo("120,12000");
  }

  /**
   * Its last poll reaches behind the end, and only then it turns out that the database went back.
   */
  @Test
  void replayThatSawItsEndGoesOnFromWhereTheDatabaseWentBackTo() {
    TestingWorker replay = replay(60, new ExactlyOnce(), 1_000);
    replay.step();
    postgres.execute("UPDATE onceflow.fence SET next_offset = 10 WHERE run = '1'");

    replay.drain();

    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
    assertThat(postgres.query(TOTALS)).isEqualTo("100,10000");
  }

  /** All is applied, and nothing is left to be written that would miss the fence. */
  @Test
  void idleReplayNoticesThatTheDatabaseWentBack() {
    TestingWorker replay = replay(60);
    replay.drain();
    postgres.execute("UPDATE onceflow.fence SET next_offset = 30 WHERE run = '1'");
    replay.drain();
    String before = postgres.query(FENCES);

    nowMs.addAndGet(10_000);
    replay.drain();

    assertThat(before).isEqualTo(",100 1,30");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
    assertThat(postgres.query(TOTALS)).isEqualTo("100,10000");
  }

  @Test
  void replayWhoseFenceWasTakenAwayNeverBeginsAgain() {
    TestingWorker replay = replay(60);
    replay.step();
    replay.step();
    postgres.execute("DELETE FROM onceflow.fence WHERE run = '1'; DELETE FROM ledger_entries");

    assertThatThrownBy(replay::drain)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("replay 1 has no fence")
        .hasMessageContaining("Delete this connector");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("0");
    assertThatThrownBy(() -> replay(60).drain()).hasMessageContaining("replay 1 has no fence");
  }

  @Test
  void replayThatIsOverStopsItsTasks() {
    TestingWorker replay = replay(60);
    postgres.execute("UPDATE onceflow.replays SET state = 'cancelled'");

    assertThatThrownBy(replay::drain).hasMessageContaining("it is over");
  }

  @Test
  void pausedReplayTakesNothingUntilItGoesOn() {
    postgres.execute("UPDATE onceflow.replays SET state = 'paused'");
    TestingWorker replay = replay(60);

    replay.drain();
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,20");
    assertThat(replay.context.timeoutMs).isEqualTo(1_000);

    postgres.execute("UPDATE onceflow.replays SET state = 'running'");
    nowMs.addAndGet(1_000);
    replay.drain();
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
  }

  @Test
  void rateHoldsWhatIsTakenAndMayBeChanged() {
    postgres.execute("UPDATE onceflow.replays SET rate = 5");
    TestingWorker replay = replay(60);

    // Ten records at once owe two seconds.
    replay.drain();
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,30");
    nowMs.addAndGet(1_999);
    replay.drain();
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,30");
    nowMs.addAndGet(1);
    replay.drain();
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,40");

    postgres.execute("UPDATE onceflow.replays SET rate = NULL");
    nowMs.addAndGet(1_000);
    replay.drain();
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
  }

  /** Connect pauses a partition again that it takes away and gives back in one rebalance. */
  @Test
  void partitionThatComesBackInARebalanceIsNotHeldForEver() {
    postgres.execute("UPDATE onceflow.replays SET rate = 5");
    TestingWorker replay = replay(60);
    replay.drain();
    replay.revoke(entries);
    replay.assign(Map.of(entries, 0L));
    postgres.execute("UPDATE onceflow.replays SET rate = NULL");
    nowMs.addAndGet(1_000);

    replay.drain();

    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
  }

  /**
   * A replay waits at offset 20 while the live sink goes on for longer than the horizon: what is
   * forgotten meanwhile would be unprovable to it, or, of an ID without a time inside, new again.
   */
  @Test
  void nothingIsForgottenUnderAReplayThatWaits() {
    Map<String, String> config = Payments.config(postgres.url());
    config.put("dedupe.horizon.ms", String.valueOf(Duration.ofDays(1).toMillis()));
    TestingWorker live = new TestingWorker(new OnceflowSinkTask(), config, 1_000);
    live.assign(Map.of(entries, 100L));
    passTwoDays(live, 0);
    passTwoDays(live, 1);
    assertThat(remembered()).isEqualTo(102);

    // Control: without the replay, they are forgotten.
    postgres.execute("DELETE FROM onceflow.fence WHERE run = '1'");
    passTwoDays(live, 2);

    assertThat(remembered()).isLessThan(102);
  }

  /** IDs minted long after those of before, so that these lie in partitions of their own. */
  private void passTwoDays(TestingWorker live, int time) {
    entries.pass(Duration.ofDays(2));
    entries.append("k", Payments.entry(LATER + time, 1, 100));
    live.drain();
  }

  private long remembered() {
    return Long.parseLong(postgres.query("SELECT count(*) FROM onceflow.processed_events"));
  }

  /**
   * Why a replay has to end where the live sink stands: the live sink's turn of a delete takes away
   * whatever row is there, also one that came after it, and then refuses that row in its own turn.
   */
  @Test
  void controlReplayAheadOfTheLiveSinkLosesARow() {
    TestingTables tables = itemsWithDeletes();
    append("B", 1);
    TestingWorker live = tables.worker(items);
    live.drain();
    append("A", 1);
    delete("A");
    append("A", 2);

    replayItems(tables, 3, 4);
    live.drain();

    // The log says that A has version 2.
    assertThat(tables.postgres.query(ITEMS)).isEqualTo("B,1");
  }

  /**
   * A delete that finds no row leaves no version which an older row would have to exceed. Applied
   * again, the delete is known and does nothing: its position must keep out what lies before it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"1", "1000"})
  void rowThatWasLostBeforeItsDeleteStaysDeleted(String rowsMax) {
    TestingTables tables = itemsWithDeletes();
    tables.config.put("batch.rows.max", rowsMax);
    append("A", 9);
    append("B", 1);
    TestingWorker live = tables.worker(items);
    live.drain();
    tables.postgres.execute("DELETE FROM items");
    delete("A");
    delete("B");
    append("A", 5);
    live.drain();
    String before = tables.postgres.query(ITEMS);
    tables.postgres.execute("DELETE FROM items");

    replayItems(tables, 0, 5);

    // A's fifth version came after the delete; nothing of B did.
    assertThat(before).isEqualTo("A,5");
    assertThat(tables.postgres.query(ITEMS)).isEqualTo("A,5");
  }

  /** Why a range is refused that holds deletes which the live sink never applied. */
  @Test
  void controlDeleteThatTheLiveSinkNeverAppliedTakesAwayALaterRow() {
    TestingTables tables = itemsWithDeletes();
    tables.config.put("fence.initial", "items:0=2");
    append("A", 1);
    delete("A");
    append("A", 2);
    tables.worker(items).drain();
    String before = tables.postgres.query(ITEMS);

    replayItems(tables, 0, 3);

    // The log says that A has version 2.
    assertThat(before).isEqualTo("A,2");
    assertThat(tables.postgres.query(ITEMS)).isEmpty();
  }

  /** Why an upsert's rows may be chosen by their own key only. */
  @Test
  void controlFilterThatTellsRecordsOfOneRowApartBringsAnOldRowBack() {
    TestingTables tables = itemsWithDeletes();
    append("A", 1);
    append("A", 2);
    append("B", 1);
    tables.worker(items).drain();
    tables.postgres.execute("DELETE FROM items WHERE id = 'A'");
    tables.config.put("run.filter", "field:v=1");

    replayItems(tables, 0, 3);

    // The log says that A has version 2.
    assertThat(tables.postgres.query(ITEMS)).isEqualTo("A,1 B,1");
  }

  /** Why a range of a job's input isn't taken for rows, not even one that is open at its end. */
  @Test
  void controlRangeOfTheInputBringsAnOldRowBack() {
    TestingTables tables = itemsWithDeletes();
    append("A", 1).headers().addString("onceflow_input", "payments-0-9");
    // A job that is run again meets its partitions in another order than that of their times.
    append("A", 2).headers().addString("onceflow_input", "payments-1-3");
    tables.worker(items).drain();
    tables.postgres.execute("DELETE FROM items");
    tables.config.put("run.filter", "input:payments-0=5..10,input:payments-1=5..10");

    replayItems(tables, 0, 2);

    // The log says that A has version 2.
    assertThat(tables.postgres.query(ITEMS)).isEqualTo("A,1");
  }

  /** Why a filter of rows that can be deleted may ask only for what a tombstone has, too. */
  @Test
  void controlFilterThatLeavesDeletesOutBringsADeletedRowBack() {
    TestingTables tables = itemsWithDeletes();
    tables.config.put("fence.initial", "items:0=2");
    append("A", 1);
    items.append("A", (Schema) null, null);
    append("B", 1);
    tables.worker(items).drain();
    tables.config.put("run.filter", "field:id=A");

    replayItems(tables, 0, 3);

    // The log says that A was deleted.
    assertThat(tables.postgres.query(ITEMS)).isEqualTo("A,1 B,1");
  }

  /** Records that a transform drops never reach the sink: only one behind the end tells of them. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void replayEndsWhereItsLastRecordsAreNotHandedOver(long start) {
    TestingTables tables = itemsWithDeletes();
    append("A", 1);
    items.gap(2);
    append("B", 1);
    tables.worker(items).drain();
    tables.postgres.execute("DELETE FROM items");

    replayItems(tables, start, 3);

    assertThat(tables.postgres.query(FENCES)).isEqualTo(",4 1,3");
    assertThat(tables.postgres.query(ITEMS)).isEqualTo(start == 0 ? "A,1" : "");
  }

  /** No batch ever holds a record of that range, so only the log's start tells. */
  @Test
  void replayWhoseRangeExpiredUnreadWhileItWasPausedIsRefused() {
    TestingLog log = new TestingLog();
    TestingWorker replay = pausedWhileItsRangeGoes(log);
    log.start = 80;

    assertThatThrownBy(replay::drain)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("records expired unread: offset 20 was next, the log begins at 80")
        .hasMessageContaining("--run ");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,20");
  }

  /** What Kafka can't say now is asked again, before the fence moves. */
  @Test
  void rangeThatExpiredUnreadIsStillSeenAfterTroubleWithKafka() {
    TestingLog log = new TestingLog();
    TestingWorker replay = pausedWhileItsRangeGoes(log);
    log.start = 80;
    log.failures = 1;

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 5; i++) {
                replay.step();
              }
            })
        .hasMessageContaining("records expired unread: offset 20 was next, the log begins at 80");
    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,20");
  }

  @Test
  void rangeThatWasCompactedAwayWhileItsReplayWasPausedIsPassedOver() {
    TestingLog log = new TestingLog();
    TestingWorker replay = pausedWhileItsRangeGoes(log);
    log.start = 20;

    replay.drain();

    assertThat(postgres.query(FENCES)).isEqualTo(",100 1,60");
  }

  /** Claimed at 20 with 60 as its end; then the log holds nothing before 80. */
  private TestingWorker pausedWhileItsRangeGoes(TestingLog log) {
    postgres.execute("UPDATE onceflow.replays SET state = 'paused'");
    TestingWorker replay =
        new TestingWorker(
            new TestingLogTask(log, () -> Instant.ofEpochMilli(nowMs.get())), replayConfig(60), 10);
    replay.assign(Map.of(entries, 0L));
    replay.drain();
    entries.records.headMap(80L).clear();
    postgres.execute("UPDATE onceflow.replays SET state = 'running'");
    nowMs.addAndGet(1_000);
    return replay;
  }

  /** What is held meanwhile, so that the replay's statement has begun and isn't over. */
  private enum Held {
    /** The replay is before A, whose row it has seen. */
    BEFORE("0"),
    /** The replay is behind A, whose row it has made. */
    BEHIND("B");

    private final String key;

    Held(String key) {
      this.key = key;
    }
  }

  @ParameterizedTest
  @EnumSource
  void deleteWhileTheReplayWritesItsRowsTakesEffectBehindThem(Held held) throws Exception {
    assertThat(deletedMeanwhile(held, new ExactlyOnce())).isEqualTo("0,1 B,1");
  }

  @ParameterizedTest
  @EnumSource
  void controlWithoutTheLockADeleteMeanwhileIsUndone(Held held) throws Exception {
    assertThat(deletedMeanwhile(held, new NoLock())).isEqualTo("0,1 A,1 B,1");
  }

  /** The rows after a delete of A was applied live in the middle of a replay's statement. */
  private String deletedMeanwhile(Held held, Guarantee guarantee) throws Exception {
    TestingTables tables = itemsWithDeletes();
    append("0", 1);
    append("A", 1);
    append("B", 1);
    TestingWorker live = live(tables, guarantee);
    live.drain();
    if (held == Held.BEHIND) {
      tables.postgres.execute("DELETE FROM items WHERE id = 'A'");
    }
    TestingWorker replay = itemsReplay(tables, 0, 3, guarantee);
    delete("A");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Connection holder = tables.postgres.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT FROM items WHERE id = '" + held.key + "' FOR UPDATE");

      Future<?> replayed = threads.submit(replay::drain);
      await(() -> waiting(tables) == 1);
      Future<?> lived = threads.submit(live::drain);
      await(() -> lived.isDone() || waiting(tables) == 2);
      holder.commit();

      replayed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      lived.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
    return tables.postgres.query(ITEMS);
  }

  private static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plus(LIMIT);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(limit);
    }
  }

  private static int waiting(TestingTables tables) {
    return Integer.parseInt(
        tables.postgres.query(
            "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'"));
  }

  private TestingWorker live(TestingTables tables, Guarantee guarantee) {
    return tables.worker(() -> new OnceflowSinkTask(guarantee, InstantSource.system()), items);
  }

  /** What the sink would be if nothing kept a replay and live deletes apart. */
  private static final class NoLock implements Guarantee {
    private final Guarantee right = new ExactlyOnce();

    @Override
    public Fence fence(String sink, String run, String owner) {
      return right.fence(sink, run, owner);
    }

    @Override
    public Effects effects(String sink, String run, MemoryLimits limits) {
      Effects effects = right.effects(sink, run, limits);
      return new Effects() {
        @Override
        public Optional<EventMemory> memory() {
          return effects.memory();
        }

        @Override
        public List<String> sql(TableSpec spec, Stage stage) {
          return effects.sql(spec, stage).stream()
              .map(sql -> sql.replaceFirst("SELECT pg_advisory_xact_lock[^;]*; ", ""))
              .toList();
        }

        @Override
        public void check(TableSpec spec, TargetTable target) {
          effects.check(spec, target);
        }
      };
    }
  }

  private static TestingTables itemsWithDeletes() {
    TestingTables tables = new TestingTables();
    tables.postgres.execute("CREATE TABLE items (id text PRIMARY KEY, v bigint)");
    return tables.table(
        "items", "topic", "items", "effect", "upsert", "key", "id", "version", "v", "delete",
        "true");
  }

  private SinkRecord append(String id, int version) {
    return items.append(id, TestingTables.row("id", id, "v", version));
  }

  private void delete(String id) {
    items.append(id, (Schema) null, null);
  }

  private void replayItems(TestingTables tables, long start, long end) {
    itemsReplay(tables, start, end, new ExactlyOnce()).drain();
  }

  private TestingWorker itemsReplay(
      TestingTables tables, long start, long end, Guarantee guarantee) {
    tables.postgres.execute(
        """
        CREATE TABLE onceflow.replays (run text PRIMARY KEY, state text, rate bigint);
        INSERT INTO onceflow.replays VALUES ('1', 'running', NULL);
        INSERT INTO onceflow.fence (sink, run, topic, partition, next_offset, epoch, owner)
        VALUES ('effects-sink', '1', 'items', 0, %d, 0, 'test')"""
            .formatted(start));
    Map<String, String> config = new HashMap<>(tables.config);
    config.put("sink.name", TestingTables.NAME);
    config.put("run", "1");
    config.put("run.end", "items:0=" + end);
    config.remove("fence.initial");
    TestingWorker replay =
        new TestingWorker(
            new OnceflowSinkTask(guarantee, () -> Instant.ofEpochMilli(nowMs.get())), config, 10);
    replay.assign(Map.of(items, 0L));
    return replay;
  }
}
