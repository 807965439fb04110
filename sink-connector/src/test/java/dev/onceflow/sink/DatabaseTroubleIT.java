package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.sink.batch.ExactlyOnce;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The database goes away at the worst moments; the task lives, and no effect is lost or doubled.
 */
class DatabaseTroubleIT {
  private static final String TOTALS = "SELECT entries, amount_minor FROM merchant_daily_totals";
  private static final String OPEN =
      "SELECT count(*) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND state = 'idle in transaction'";
  private static final String ENTRIES = "SELECT count(*) FROM ledger_entries";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingProxy proxy = new TestingProxy(postgres.port());
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);

  @AfterEach
  void closeProxy() {
    proxy.close();
  }

  private TestingWorker worker(Supplier<OnceflowSinkTask> task) {
    return worker(task, "");
  }

  private TestingWorker worker(Supplier<OnceflowSinkTask> task, String parameters) {
    postgres.execute(Payments.TABLES);
    // Without server-side statements each COMMIT goes over the line as text, where it can be cut.
    TestingWorker worker =
        new TestingWorker(
            task.get(),
            Payments.config(postgres.urlThrough(proxy.port()) + "&prepareThreshold=0" + parameters),
            100);
    worker.assign(Map.of(entries, 0L));
    return worker;
  }

  private void append(int from, int to) {
    for (int i = from; i < to; i++) {
      entries.append("k", Payments.entry(i, 1, 100));
    }
  }

  @Test
  void databaseAwayAtClaimIsWaitedFor() {
    TestingWorker worker = worker(OnceflowSinkTask::new);
    append(0, 10);
    proxy.goDown();
    assertThat(worker.step()).isEqualTo(-1);
    assertThat(worker.step()).isEqualTo(-1);
    assertThat(worker.context.timeoutMs).isPositive();
    assertThat(worker.commit()).isEmpty();

    proxy.comeUp();
    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");
  }

  @Test
  void databaseAwayBetweenPutsIsWaitedFor() {
    TestingWorker worker = worker(OnceflowSinkTask::new);
    append(0, 10);
    worker.drain();
    append(10, 20);
    proxy.goDown();
    assertThat(worker.step()).isEqualTo(-1);
    assertThat(worker.commit()).isEqualTo(Map.of(entries.partition, 10L));

    proxy.comeUp();
    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
    assertThat(postgres.query(ENTRIES)).isEqualTo("20");
  }

  @Test
  void lineCutWhileStagingLosesNothing() {
    lineCutBefore("COPY");
  }

  @Test
  void lineCutBeforeTheFenceLosesNothing() {
    lineCutBefore("UPDATE onceflow.fence");
  }

  @Test
  void lineCutBeforeTheEffectsLosesNothing() {
    lineCutBefore("INSERT INTO");
  }

  @Test
  void lineCutBeforeTheCommitLosesNothing() {
    lineCutBefore("COMMIT");
  }

  private void lineCutBefore(String sql) {
    TestingWorker worker = worker(OnceflowSinkTask::new);
    append(0, 10);
    worker.drain();
    append(10, 20);
    proxy.cutBefore(sql);
    assertThat(worker.step()).isEqualTo(-1);
    assertThat(proxy.cuts()).isOne();
    // The database holds the first ten, Kafka all twenty.
    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
    assertThat(postgres.query(ENTRIES)).isEqualTo("20");
  }

  @Test
  void lostAnswerToCommitIsAnsweredByTheFence() {
    TestingWorker worker = workerThatLostTheAnswerToItsCommit(OnceflowSinkTask::new);
    // The database holds all twenty; the task can't know, and reports what it knows.
    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
    assertThat(worker.commit()).isEqualTo(Map.of(entries.partition, 10L));
    append(20, 25);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("25,2500");
    assertThat(postgres.query(ENTRIES)).isEqualTo("25");
  }

  @Test
  void lostAnswerIsAnsweredByTheFenceEvenWithoutTheDedupeMemory() {
    TestingWorker worker = workerThatLostTheAnswerToItsCommit(OnceflowSinkTask::new);
    postgres.execute("DELETE FROM onceflow.processed_events");

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
  }

  @Test
  void crashBetweenCommitAndItsAnswerDoublesNothing() {
    workerThatLostTheAnswerToItsCommit(OnceflowSinkTask::new);

    // The process dies; the next one begins where the group stands.
    TestingWorker next =
        new TestingWorker(new OnceflowSinkTask(), Payments.config(postgres.url()), 100);
    next.assign(Map.of(entries, 10L));
    next.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
    assertThat(postgres.query(ENTRIES)).isEqualTo("20");
  }

  @Test
  void controlLostAnswerCountsTwiceWithoutFenceAndDedupe() {
    TestingWorker worker = workerThatLostTheAnswerToItsCommit(WeakenedSinkTask::new);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("30,3000");
  }

  private TestingWorker workerThatLostTheAnswerToItsCommit(Supplier<OnceflowSinkTask> task) {
    TestingWorker worker = worker(task);
    append(0, 10);
    worker.drain();
    append(10, 20);
    proxy.cutAfter("COMMIT");
    assertThat(worker.step()).isEqualTo(-1);
    assertThat(proxy.cuts()).isOne();
    return worker;
  }

  /**
   * Nobody tells the server that its client has given up: its transaction keeps keys and fence, and
   * each further attempt would give up before it is told who blocks it.
   */
  @Test
  void commitThatNeverArrivedDoesNotBlockTheNextAttempt() {
    TestingWorker worker = worker(OnceflowSinkTask::new, "&socketTimeout=2");
    append(0, 10);
    worker.drain();
    append(10, 20);
    proxy.swallowFrom("COMMIT");
    assertThat(worker.step()).isEqualTo(-1);
    assertThat(proxy.cuts()).isOne();
    assertThat(postgres.query(OPEN)).isEqualTo("1");

    worker.drain();

    assertThat(postgres.query(OPEN)).isEqualTo("0");
    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
    assertThat(postgres.query(ENTRIES)).isEqualTo("20");
  }

  @Test
  void lineCutInTheClaimIsClaimedAgain() {
    TestingWorker worker = worker(OnceflowSinkTask::new);
    append(0, 10);
    proxy.cutBefore("INSERT INTO onceflow.fence");
    assertThat(worker.step()).isEqualTo(-1);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");
  }

  @Test
  void terminatedBackendIsReplaced() {
    TestingWorker worker = worker(OnceflowSinkTask::new);
    append(0, 10);
    worker.drain();
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    append(10, 20);
    assertThat(worker.step()).isEqualTo(-1);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
  }

  @Test
  void batchThatFailsIsAppliedBeforeWhatWasTakenAfterIt() throws SQLException {
    TestingTopic others = new TestingTopic("ledger-entries", 1);
    postgres.execute(Payments.TABLES);
    Map<String, String> config = Payments.config(postgres.url());
    config.put("batch.rows.max", "10");
    config.put("takeover.timeout.ms", "300");
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.assign(Map.of(entries, 0L, others, 0L));
    worker.drain();
    try (Connection stranger = postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("LOCK TABLE ledger_entries IN SHARE ROW EXCLUSIVE MODE");
      // One batch waits for the stranger, the next one is being filled from both partitions.
      append(0, 10);
      worker.stepWithoutWaiting();
      append(10, 15);
      others.append("k", Payments.entry(1_000, 1, 100));
      worker.stepWithoutWaiting();
      // What was filled is set aside without the lost partition; then the batch before it fails.
      worker.revoke(others);
      assertThat(worker.step()).isEqualTo(-1);
      stranger.rollback();
    }

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("15,1500");
    assertThat(postgres.query(ENTRIES)).isEqualTo("15");
  }

  /** The first look comes too early, and shows that nothing else notices it. */
  @Test
  void databaseThatWentBackIsBroughtForwardWhileNothingComes() {
    AtomicLong nowMs = new AtomicLong(System.currentTimeMillis());
    TestingWorker worker =
        worker(
            () -> new OnceflowSinkTask(new ExactlyOnce(), () -> Instant.ofEpochMilli(nowMs.get())));
    append(0, 6);
    worker.drain();
    postgres.execute(
        "CREATE TABLE fence_then AS SELECT * FROM onceflow.fence;"
            + " CREATE TABLE entries_then AS SELECT * FROM ledger_entries");
    append(6, 10);
    worker.drain();
    postgres.execute(
        "TRUNCATE ledger_entries, onceflow.fence;"
            + " INSERT INTO onceflow.fence SELECT * FROM fence_then;"
            + " INSERT INTO ledger_entries SELECT * FROM entries_then");

    worker.drain();
    String early = postgres.query(ENTRIES);
    nowMs.addAndGet(10_000);
    worker.drain();

    assertThat(early).isEqualTo("6");
    assertThat(postgres.query(ENTRIES)).isEqualTo("10");
    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");
  }

  @Test
  void databaseThatIsAwayWhileNothingComesIsWaitedFor() {
    AtomicLong nowMs = new AtomicLong(System.currentTimeMillis());
    TestingWorker worker =
        worker(
            () -> new OnceflowSinkTask(new ExactlyOnce(), () -> Instant.ofEpochMilli(nowMs.get())));
    append(0, 10);
    worker.drain();
    nowMs.addAndGet(10_000);
    proxy.goDown();
    assertThat(worker.step()).isEqualTo(-1);

    proxy.comeUp();
    append(10, 20);
    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
  }
}
