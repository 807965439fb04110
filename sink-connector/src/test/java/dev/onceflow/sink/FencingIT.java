package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.postgres.ConnectionSettings;
import dev.onceflow.sink.postgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** Several owners, one fence. */
class FencingIT {
  private static final String TOTALS = "SELECT entries, amount_minor FROM merchant_daily_totals";
  private static final String APPLICATION = "onceflow-sink payments-sink";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);
  private final TestingTopic balances = new TestingTopic("account-balances", 0);
  private final AtomicLong nowMs = new AtomicLong(1);

  private TestingWorker worker(Supplier<OnceflowSinkTask> task, Map<TestingTopic, Long> assigned) {
    Map<String, String> config = Payments.config(postgres.url());
    config.put("takeover.timeout.ms", "300");
    TestingWorker worker = new TestingWorker(task.get(), config, 100);
    worker.assign(assigned);
    return worker;
  }

  private OnceflowSinkTask task() {
    return new OnceflowSinkTask(new ExactlyOnce(), () -> Instant.ofEpochMilli(nowMs.get()));
  }

  private void append(int from, int to) {
    for (int i = from; i < to; i++) {
      entries.append("k", Payments.entry(i, 1, 100));
    }
  }

  @Test
  void zombieWritesNothingAndIsPaused() {
    postgres.execute(Payments.TABLES);
    TestingWorker zombie = worker(this::task, Map.of(entries, 0L, balances, 0L));
    append(0, 10);
    zombie.drain();

    TestingWorker successor = worker(this::task, Map.of(entries, 10L));
    append(10, 20);
    successor.drain();
    // The zombie wakes with records that the successor has applied, and one that nobody has.
    balances.append("A", Payments.balance("A", 1, 10));
    zombie.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
    assertThat(zombie.context.paused).containsExactly(entries.partition);
    assertThat(zombie.commit()).isEqualTo(Map.of(balances.partition, 1L));
    // The rest of its batch took effect, in the same put.
    assertThat(postgres.query("SELECT version FROM account_balances")).isEqualTo("1");
    assertThat(postgres.query("SELECT epoch FROM onceflow.fence ORDER BY topic")).isEqualTo("1 2");

    append(20, 30);
    successor.drain();
    assertThat(postgres.query(TOTALS)).isEqualTo("30,3000");
  }

  @Test
  void zombieIsFencedEvenBeforeItsSuccessorWroteAnything() {
    postgres.execute(Payments.TABLES);
    TestingWorker zombie = worker(this::task, Map.of(entries, 0L));
    append(0, 10);
    zombie.drain();
    TestingWorker successor = worker(this::task, Map.of(entries, 10L));
    successor.step();
    append(10, 20);

    zombie.drain();
    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");

    successor.drain();
    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
  }

  @Test
  void controlZombieCountsTwiceWithoutFenceAndDedupe() {
    postgres.execute(Payments.TABLES);
    TestingWorker zombie = worker(WeakenedSinkTask::new, Map.of(entries, 0L));
    append(0, 10);
    zombie.drain();
    TestingWorker successor = worker(WeakenedSinkTask::new, Map.of(entries, 10L));
    append(10, 20);
    successor.drain();

    zombie.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("30,3000");
  }

  @Test
  void partitionThatStaysFencedStopsTheTaskAndNamesBothOwners() {
    postgres.execute(Payments.TABLES);
    TestingWorker first = worker(this::task, Map.of(entries, 0L));
    first.drain();
    String firstOwner = postgres.query("SELECT owner FROM onceflow.fence");
    TestingWorker second = worker(this::task, Map.of(entries, 0L));
    second.drain();
    String secondOwner = postgres.query("SELECT owner FROM onceflow.fence");
    append(0, 1);
    first.drain();
    nowMs.addAndGet(345_000);
    first.step();

    nowMs.addAndGet(1);

    assertThatThrownBy(first::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(firstOwner)
        .hasMessageContaining(secondOwner)
        .hasMessageContaining("sink.name=payments-sink");
  }

  @Test
  void newAssignmentClaimsAgain() {
    postgres.execute(Payments.TABLES);
    TestingWorker first = worker(this::task, Map.of(entries, 0L));
    append(0, 5);
    first.drain();
    TestingWorker second = worker(this::task, Map.of(entries, 5L));
    second.drain();
    append(5, 10);
    first.drain();
    assertThat(postgres.query(TOTALS)).isEqualTo("5,500");

    first.revoke(entries);
    // Connect still holds the pause that the fence had asked for.
    assertThat(first.context.paused).containsExactly(entries.partition);
    first.assign(Map.of(entries, 5L));
    first.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");
    assertThat(postgres.query("SELECT epoch FROM onceflow.fence")).isEqualTo("3");
    assertThat(first.context.paused).isEmpty();
  }

  @Test
  void databaseThatWentBackIsBroughtForwardAgain() {
    postgres.execute(Payments.TABLES);
    TestingWorker worker = worker(this::task, Map.of(entries, 0L));
    append(0, 4);
    worker.drain();
    append(4, 10);
    worker.drain();
    // A failover to a replica that lagged: fence and effects of the second batch are gone.
    postgres.execute(
        """
        UPDATE onceflow.fence SET next_offset = 4;
        DELETE FROM ledger_entries WHERE event_id >= 'event-4';
        DELETE FROM onceflow.processed_events WHERE event_id > (SELECT entry_id FROM ledger_entries ORDER BY 1 DESC LIMIT 1);
        UPDATE merchant_daily_totals SET entries = 4, amount_minor = 400;""");
    append(10, 12);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("12,1200");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("12");
  }

  /** The old owner's row is the last again, and it may write: that is no later claim. */
  @Test
  void ownerClaimsAgainThoughItsPredecessorWroteAfterTheDatabaseWentBack() {
    postgres.execute(Payments.TABLES);
    append(0, 4);
    TestingWorker predecessor = worker(this::task, Map.of(entries, 0L));
    predecessor.drain();
    postgres.execute("CREATE TABLE kept AS SELECT * FROM onceflow.fence");
    TestingWorker owner = worker(this::task, Map.of(entries, 4L));
    owner.drain();
    // A failover to a replica that has not seen the claim; nobody has told the predecessor yet.
    postgres.execute("DELETE FROM onceflow.fence; INSERT INTO onceflow.fence SELECT * FROM kept");
    append(4, 6);
    predecessor.drain();
    assertThat(postgres.query("SELECT next_offset, epoch FROM onceflow.fence")).isEqualTo("6,1");
    append(6, 8);

    owner.drain();

    assertThat(owner.context.paused).isEmpty();
    assertThat(postgres.query(TOTALS)).isEqualTo("8,800");
    assertThat(postgres.query("SELECT next_offset, epoch FROM onceflow.fence")).isEqualTo("8,2");
  }

  @Test
  void lostFenceRowIsClaimedAnewFromTheEarliestOffset() {
    postgres.execute(Payments.TABLES);
    TestingWorker worker = worker(this::task, Map.of(entries, 0L));
    append(0, 10);
    worker.drain();
    postgres.execute(
        "TRUNCATE onceflow.fence, onceflow.processed_events, ledger_entries, merchant_daily_totals");
    append(10, 12);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("12,1200");
  }

  @Test
  void stoppedPredecessorIsTerminatedAfterTheTakeoverTimeout() throws SQLException {
    postgres.execute(Payments.TABLES);
    append(0, 10);
    worker(this::task, Map.of(entries, 0L)).drain();
    try (Connection stopped = holdingTheFence(APPLICATION)) {
      TestingWorker successor = worker(this::task, Map.of(entries, 10L));
      append(10, 20);

      successor.drain();

      assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
      assertThat(stopped.isValid(1)).isFalse();
    }
  }

  @Test
  void strangersHoldingTheFenceAreWaitedForAndNotTerminated() throws SQLException {
    postgres.execute(Payments.TABLES);
    append(0, 10);
    worker(this::task, Map.of(entries, 0L)).drain();
    TestingWorker successor;
    try (Connection stranger = holdingTheFence("psql")) {
      successor = worker(this::task, Map.of(entries, 10L));
      append(10, 20);
      assertThat(successor.step()).isEqualTo(-1);
      assertThat(successor.step()).isEqualTo(-1);
      assertThat(stranger.isValid(1)).isTrue();
      stranger.rollback();
    }

    successor.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("20,2000");
  }

  private Connection holdingTheFence(String application) throws SQLException {
    Connection connection =
        DriverManager.getConnection(postgres.url() + "&ApplicationName=" + application);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("UPDATE onceflow.fence SET next_offset = next_offset");
    }
    return connection;
  }

  @Test
  void tasksThatStartTogetherMakeTheSchemaOnce() {
    List<CompletableFuture<Void>> starts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      starts.add(CompletableFuture.runAsync(this::connectOnce));
    }

    starts.forEach(CompletableFuture::join);

    assertThat(
            postgres.query(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                    + " AND relnamespace = 'onceflow'::regnamespace ORDER BY 1"))
        .isEqualTo("fence");
  }

  private void connectOnce() {
    try {
      new Database(
              new ConnectionSettings(
                  postgres.url(),
                  Optional.empty(),
                  Optional.empty(),
                  ConnectionSettings.Tls.BY_URL,
                  "test",
                  1_000,
                  0))
          .connect()
          .close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void twoTasksShareTheWorkWithoutDeadlock() {
    postgres.execute(Payments.TABLES);
    List<TestingTopic> partitions =
        Stream.of(0, 1).map(i -> new TestingTopic("ledger-entries", i)).toList();
    for (int i = 0; i < 2_000; i++) {
      partitions.get(i % 2).append("k", Payments.entry(i, i % 50, 100));
    }

    List<CompletableFuture<Void>> running =
        partitions.stream()
            .map(partition -> worker(this::task, Map.of(partition, 0L)))
            .map(worker -> CompletableFuture.runAsync(worker::drain))
            .collect(Collectors.toList());
    running.forEach(CompletableFuture::join);

    assertThat(postgres.query("SELECT sum(entries), sum(amount_minor) FROM merchant_daily_totals"))
        .isEqualTo("2000,200000");
  }
}
