package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Records that can't be stored, among others that can. */
class PoisonIT {
  private static final String TOTALS = "SELECT entries, amount_minor FROM merchant_daily_totals";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);

  private TestingWorker worker(boolean withDeadLetterQueue) {
    Map<String, String> config = new HashMap<>(Payments.config(postgres.url()));
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config, 100);
    // Connect hands the reporter out before start().
    worker.context.hasDeadLetterQueue = withDeadLetterQueue;
    task.start(config);
    worker.assign(Map.of(entries, 0L));
    return worker;
  }

  private SinkRecord givenTenEntriesOneOfWhichTheTableRefuses() {
    postgres.execute(Payments.TABLES);
    postgres.execute("ALTER TABLE ledger_entries ADD CHECK (amount_minor <> 13)");
    SinkRecord poison = null;
    for (int i = 0; i < 10; i++) {
      SinkRecord record = entries.append("k", Payments.entry(i, 1, i == 6 ? 13 : 100));
      poison = i == 6 ? record : poison;
    }
    return poison;
  }

  @Test
  void recordThatTheDatabaseRefusesGoesToTheDeadLetterQueueAndTheOthersAreApplied() {
    SinkRecord poison = givenTenEntriesOneOfWhichTheTableRefuses();
    TestingWorker worker = worker(true);

    worker.drain();

    assertThat(worker.context.deadLetters).isEqualTo(List.of(poison));
    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessage(
            "the database refuses the effects of record ledger-entries-0@6 (SQLSTATE 23514, table public.ledger_entries, constraint ledger_entries_amount_minor_check)");
    // None of its effects: neither the entry nor its part of the total.
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("9");
    assertThat(postgres.query(TOTALS)).isEqualTo("9,900");
    assertThat(worker.commit()).isEqualTo(Map.of(entries.partition, 10L));
  }

  /** A slow queue under the fence's lock would hold up whoever takes the partition over. */
  @Test
  void deadLetterQueueIsAwaitedWithoutLocks() {
    givenTenEntriesOneOfWhichTheTableRefuses();
    // Rejected before its batch is written, with good ones: these are staged and copied.
    entries.append("k", Payments.entry(11, 1, 100).put("payment_id", "a\u0000b"));
    entries.append("k", Payments.entry(12, 1, 100));
    TestingWorker worker = worker(true);
    List<String> locked = new ArrayList<>();
    worker.context.whenQueueIsAwaited =
        () ->
            locked.add(
                postgres.query(
                    """
                    SELECT relname FROM pg_locks JOIN pg_class ON pg_class.oid = relation
                    WHERE mode = 'RowExclusiveLock' AND relname IN ('fence', 'ledger_entries')
                      AND pg_locks.database = (
                        SELECT oid FROM pg_database WHERE datname = current_database())"""));

    worker.drain();

    assertThat(locked).isNotEmpty().containsOnly("");
    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");
  }

  @Test
  void recordThatTheDatabaseRefusesStopsTheTaskWithoutADeadLetterQueue() {
    givenTenEntriesOneOfWhichTheTableRefuses();
    TestingWorker worker = worker(false);
    worker.step();

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(
            "ledger-entries-0@6 (SQLSTATE 23514, table public.ledger_entries, constraint ledger_entries_amount_minor_check)")
        .hasMessageContaining("errors.deadletterqueue.topic.name");

    // What lies before it is applied, and nothing behind it.
    assertThat(postgres.query("SELECT next_offset FROM onceflow.fence")).isEqualTo("6");
    assertThat(postgres.query(TOTALS)).isEqualTo("6,600");
  }

  @Test
  void deferredConstraintIsFoundAtTheCommit() {
    postgres.execute(Payments.TABLES);
    postgres.execute(
        """
        CREATE TABLE parties (id text PRIMARY KEY);
        INSERT INTO parties VALUES ('M1');
        ALTER TABLE ledger_entries ADD FOREIGN KEY (party_id) REFERENCES parties
          DEFERRABLE INITIALLY DEFERRED;""");
    entries.append("k", Payments.entry(1, 1, 100));
    entries.append("k", Payments.entry(2, 2, 100));
    entries.append("k", Payments.entry(3, 1, 100));
    TestingWorker worker = worker(true);

    worker.drain();

    assertThat(worker.context.deadLetters).hasSize(1);
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("2");
  }

  @Test
  void valueThatDoesNotFitLeavesNoneOfItsEffects() {
    postgres.execute(Payments.TABLES);
    entries.append("k", Payments.entry(1, 1, 100));
    // Its total would fit; its entry doesn't.
    entries.append("k", Payments.entry(2, 1, 100).put("payment_id", "a\u0000b"));
    entries.append("k", Payments.entry(3, 1, 100));
    TestingWorker worker = worker(true);

    worker.drain();

    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessage(
            "table ledger_entries, column payment_id (text): the value of field:payment_id (STRING)"
                + " in record ledger-entries-0@1 is unfit: holds U+0000, which PostgreSQL's text types"
                + " can't");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("2");
    assertThat(postgres.query(TOTALS)).isEqualTo("2,200");
  }

  @Test
  void recordThatWasDeadIsNewWhenItComesAgainCorrected() {
    postgres.execute(Payments.TABLES);
    entries.append("k", Payments.entry(2, 1, 100).put("payment_id", "a\u0000b"));
    entries.append("k", Payments.entry(2, 1, 100));
    TestingWorker worker = worker(true);

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("1,100");
  }

  @Test
  void tombstoneIsRefusedAndNotApplied() {
    postgres.execute(Payments.TABLES);
    entries.append("k", (Schema) null, null);
    TestingWorker worker = worker(false);
    worker.step();

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("ledger-entries-0@0 is a tombstone");
  }

  @Test
  void missingTableStopsTheTask() {
    TestingWorker worker = worker(true);

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table account_balances (from tables) isn't in the database");
  }

  @Test
  void tableWithoutTheUniqueKeyStopsTheTask() {
    postgres.execute(Payments.TABLES);
    postgres.execute(
        "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey,"
            + " ADD PRIMARY KEY (entry_id, booked_on)");
    TestingWorker worker = worker(true);

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table ledger_entries: rows must be unique by exactly (entry_id)");
  }
}
