package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What must hold whatever Connect delivers, and how often. Each of these has a control: the same
 * steps with the weakened task, whose effects must come out wrong.
 */
class ExactlyOnceIT {
  private static final String TOTALS =
      "SELECT merchant_id, entries, amount_minor FROM merchant_daily_totals ORDER BY 1";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);
  private final TestingTopic balances = new TestingTopic("account-balances", 0);

  private TestingWorker worker(Supplier<OnceflowSinkTask> task) {
    TestingWorker worker = new TestingWorker(task.get(), Payments.config(postgres.url()), 100);
    worker.assign(Map.of(entries, 0L, balances, 0L));
    return worker;
  }

  private void givenTablesAndRecords() {
    postgres.execute(Payments.TABLES);
    for (int i = 0; i < 10; i++) {
      entries.append("k", Payments.entry(i, 1 + i % 2, 100));
      balances.append("A", Payments.balance("A", i + 1, i * 10L));
    }
  }

  @Test
  void appliesAllThreeEffects() {
    givenTablesAndRecords();

    worker(OnceflowSinkTask::new).drain();

    assertThat(postgres.query("SELECT count(*), count(DISTINCT entry_id) FROM ledger_entries"))
        .isEqualTo("10,10");
    assertThat(postgres.query(TOTALS)).isEqualTo("M1,5,500 M2,5,500");
    assertThat(postgres.query("SELECT account, version, balance FROM account_balances"))
        .isEqualTo("A,10,0.9000");
    assertThat(postgres.query("SELECT topic, next_offset, epoch FROM onceflow.fence ORDER BY 1"))
        .isEqualTo("account-balances,10,1 ledger-entries,10,1");
  }

  @Test
  void redeliveredBatchChangesNothing() {
    givenTablesAndRecords();
    TestingWorker worker = worker(OnceflowSinkTask::new);
    worker.drain();
    String before = postgres.query("SELECT * FROM account_balances");

    worker.put(entries.read(0, 100));
    worker.put(balances.read(0, 100));

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,5,500 M2,5,500");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("10");
    assertThat(postgres.query("SELECT * FROM account_balances")).isEqualTo(before);
  }

  @Test
  void rewoundGroupChangesNothing() {
    givenTablesAndRecords();
    worker(OnceflowSinkTask::new).drain();

    // The next owner begins at offset 0, where somebody rewound the group to.
    worker(OnceflowSinkTask::new).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,5,500 M2,5,500");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("10");
  }

  @Test
  void controlRewoundGroupCountsTwiceWithoutFenceAndDedupe() {
    givenTablesAndRecords();
    worker(WeakenedSinkTask::new).drain();

    worker(WeakenedSinkTask::new).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,10,1000 M2,10,1000");
  }

  @Test
  void dedupeHoldsWithoutTheFence() {
    givenTablesAndRecords();
    worker(OnceflowSinkTask::new).drain();
    postgres.execute("DELETE FROM onceflow.fence");

    worker(OnceflowSinkTask::new).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,5,500 M2,5,500");
    assertThat(postgres.query("SELECT version FROM account_balances")).isEqualTo("10");
  }

  @Test
  void fenceHoldsWithoutTheDedupeMemory() {
    givenTablesAndRecords();
    worker(OnceflowSinkTask::new).drain();
    postgres.execute("DELETE FROM onceflow.processed_events");

    worker(OnceflowSinkTask::new).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,5,500 M2,5,500");
  }

  @Test
  void twinsInOneBatchCountOnce() {
    postgres.execute(Payments.TABLES);
    entries.append("k", Payments.entry(1, 1, 100));
    entries.append("k", Payments.entry(1, 1, 100));
    entries.append("k", Payments.entry(2, 1, 100));
    entries.append("k", Payments.entry(1, 1, 100));

    worker(OnceflowSinkTask::new).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,2,200");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("2");
  }

  @Test
  void controlTwinsCountTwiceWithoutDedupe() {
    postgres.execute(Payments.TABLES);
    entries.append("k", Payments.entry(1, 1, 100));
    entries.append("k", Payments.entry(1, 1, 100));

    worker(WeakenedSinkTask::new).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,2,200");
  }

  @Test
  void olderVersionAfterNewerChangesNothing() {
    postgres.execute(Payments.TABLES);
    balances.append("A", Payments.balance("A", 5, 50));
    balances.append("A", Payments.balance("A", 7, 70));
    balances.append("A", Payments.balance("A", 6, 60));
    TestingWorker worker = worker(OnceflowSinkTask::new);
    worker.drain();
    // In one batch, the highest version; in the next, an older one.
    assertThat(postgres.query("SELECT version, balance_minor FROM account_balances"))
        .isEqualTo("7,70");

    balances.append("A", Payments.balance("A", 4, 40));
    balances.append("A", Payments.balance("A", 7, 71));
    worker.drain();

    assertThat(postgres.query("SELECT version, balance_minor FROM account_balances"))
        .isEqualTo("7,70");
  }

  @Test
  void controlOlderVersionWinsWithoutTheGuard() {
    postgres.execute(Payments.TABLES);
    balances.append("A", Payments.balance("A", 7, 70));
    balances.append("A", Payments.balance("A", 6, 60));

    worker(WeakenedSinkTask::new).drain();

    assertThat(postgres.query("SELECT version FROM account_balances")).isEqualTo("6");
  }

  @Test
  void gapsBetweenOffsetsAreNormal() {
    postgres.execute(Payments.TABLES);
    entries.gap(3);
    entries.append("k", Payments.entry(1, 1, 100));
    entries.gap(1);
    entries.append("k", Payments.entry(2, 1, 100));
    TestingWorker worker = worker(OnceflowSinkTask::new);
    worker.drain();
    entries.gap(5);
    entries.append("k", Payments.entry(3, 1, 100));

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("M1,3,300");
    assertThat(postgres.query("SELECT next_offset FROM onceflow.fence WHERE topic LIKE 'l%'"))
        .isEqualTo("12");
  }

  @Test
  void emptyPutsClaimAndReportNothingButTheFence() {
    postgres.execute(Payments.TABLES);
    TestingWorker worker = worker(OnceflowSinkTask::new);
    assertThat(worker.commit()).isEmpty();

    worker.put(List.of());
    worker.put(List.of());

    assertThat(postgres.query("SELECT topic, next_offset FROM onceflow.fence ORDER BY 1"))
        .isEqualTo("account-balances,0 ledger-entries,0");
    assertThat(worker.context.seeks)
        .isEqualTo(Map.of(entries.partition, 0L, balances.partition, 0L));
  }

  @Test
  void recordsOfRevokedPartitionsAreDropped() {
    givenTablesAndRecords();
    TestingWorker worker = worker(OnceflowSinkTask::new);
    worker.step();
    worker.revoke(entries);

    worker.put(entries.read(0, 100));

    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("0");
    assertThat(worker.commit()).doesNotContainKey(entries.partition);
  }

  @Test
  void reportsToConnectOnlyWhatTheDatabaseHas() {
    givenTablesAndRecords();
    TestingWorker worker = worker(OnceflowSinkTask::new);

    worker.drain();

    assertThat(worker.commit()).isEqualTo(Map.of(entries.partition, 10L, balances.partition, 10L));
  }
}
