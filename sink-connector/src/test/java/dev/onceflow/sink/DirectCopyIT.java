package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Inserts go straight into their table while no event comes twice, and the long way after that. */
class DirectCopyIT {
  private static final String WAYS =
      """
      CREATE TABLE ways (way text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO ways VALUES (split_part(current_query(), ' ', 1)); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER INSERT ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION note()""";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);

  private TestingWorker worker() {
    Map<String, String> config = Payments.config(postgres.url());
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.assign(Map.of(entries, 0L));
    worker.drain();
    return worker;
  }

  private void givenTables() {
    postgres.execute(Payments.TABLES);
    postgres.execute(WAYS);
  }

  private void append(int from, int to) {
    for (int i = from; i < to; i++) {
      entries.append("k", Payments.entry(i, 1, 100));
    }
  }

  private String waysAndRows() {
    return postgres.query("SELECT string_agg(way, ' ') FROM ways")
        + ": "
        + postgres.query("SELECT count(*) FROM ledger_entries")
        + " rows, "
        + postgres.query("SELECT sum(entries) FROM merchant_daily_totals")
        + " counted";
  }

  @Test
  void knownEventsSendBatchesTheLongWayForAWhile() {
    givenTables();
    TestingWorker worker = worker();
    append(0, 10);
    worker.step();
    assertThat(waysAndRows()).isEqualTo("COPY: 10 rows, 10 counted");

    // Half of them known: refused, rolled back with all of the batch, and written the long way.
    append(5, 15);
    worker.step();
    assertThat(waysAndRows()).isEqualTo("COPY INSERT: 15 rows, 15 counted");

    // One batch passes without a try, then one is tried again.
    append(15, 20);
    worker.step();
    append(20, 25);
    worker.step();
    assertThat(waysAndRows()).isEqualTo("COPY INSERT INSERT COPY: 25 rows, 25 counted");
  }

  @Test
  void anotherUniqueKeyThatIsViolatedIsStillAPoisonRecord() {
    givenTables();
    postgres.execute("CREATE UNIQUE INDEX ON ledger_entries (event_id)");
    Map<String, String> config = Payments.config(postgres.url());
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", "dead");
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.context.hasDeadLetterQueue = true;
    worker.task.start(config);
    worker.assign(Map.of(entries, 0L));
    append(0, 10);
    entries.append("k", Payments.entry(99, 1, 100).put("event_id", "event-3"));
    append(10, 20);

    worker.drain();

    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("20");
    assertThat(worker.context.deadLetters).extracting(record -> record.kafkaOffset()).contains(10L);
  }
}
