package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records that can't be stored go into onceflow.dlq with the batch that passes over them. */
class KeptInTableIT {
  private static final String LETTERS =
      "SELECT \"offset\", reason, sqlstate, target_table, \"constraint\" FROM onceflow.dlq ORDER BY 1";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);

  @Test
  void refusedAndUnfitRecordsAreKeptOnceAndTheOthersApplied() {
    postgres.execute(Payments.TABLES);
    postgres.execute("ALTER TABLE ledger_entries ADD CONSTRAINT not_13 CHECK (amount_minor <> 13)");
    Map<String, String> config = Payments.config(postgres.url());
    config.put("dlq.table", "true");
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.assign(Map.of(entries, 0L));
    for (int i = 0; i < 6; i++) {
      entries.append("k", Payments.entry(i, 1, i == 3 ? 13 : 100));
    }
    entries.append("k", Payments.entry(9, 1, 100).put("entry_id", "no UUID"));

    worker.drain();

    assertThat(postgres.query(LETTERS))
        .isEqualTo("3,refused,23514,public.ledger_entries,not_13 6,unfit,null,ledger_entries,null");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("5");
    assertThat(postgres.query("SELECT next_offset FROM onceflow.fence")).isEqualTo("7");

    // Read again from the start, nothing is kept or applied twice.
    postgres.execute("DELETE FROM onceflow.fence");
    worker.revoke(entries);
    worker.assign(Map.of(entries, 0L));
    worker.drain();
    assertThat(postgres.query("SELECT count(*) FROM onceflow.dlq")).isEqualTo("2");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("5");
  }
}
