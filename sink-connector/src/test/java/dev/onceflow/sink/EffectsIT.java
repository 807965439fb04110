package dev.onceflow.sink;

import static dev.onceflow.sink.TestingTables.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** Inserts by memory, totals, and the user's own statements. */
class EffectsIT {
  private final TestingTables tables = new TestingTables();
  private final TestingTopic sales = new TestingTopic("sales", 0);

  private void sale(String id, String shop, int amount) {
    sales.append(shop, row("id", id, "shop", shop, "amount", amount));
  }

  private void givenTotals() {
    tables.postgres.execute(
        "CREATE TABLE totals (shop text PRIMARY KEY, amount bigint, least bigint, most bigint, n int)");
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
        "min",
        "least=amount",
        "max",
        "most=amount",
        "count",
        "n");
  }

  @Test
  void totalsHoldEachEventOnce() {
    givenTotals();
    sale("1", "A", 5);
    sale("2", "A", 3);
    sale("2", "A", 3);
    sale("3", "B", 7);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sale("4", "A", 9);
    sale("1", "A", 5);
    worker.drain();

    assertThat(tables.postgres.query("SELECT * FROM totals ORDER BY 1"))
        .isEqualTo("A,17,3,9,3 B,7,7,7,1");
    tables.reapply(sales);
    assertThat(tables.postgres.query("SELECT * FROM totals ORDER BY 1"))
        .isEqualTo("A,17,3,9,3 B,7,7,7,1");
  }

  @Test
  void controlTotalsCountTwiceWithoutTheMemory() {
    givenTotals();
    sale("1", "A", 5);
    sale("1", "A", 5);

    tables.worker(WeakenedSinkTask::new, sales).drain();

    assertThat(tables.postgres.query("SELECT amount, n FROM totals")).isEqualTo("10,2");
  }

  @Test
  void nullAddsNothingAndItsEventCounts() {
    givenTotals();
    sales.append("A", row("id", "1", "shop", "A", "amount", 4).put("amount", null));
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    assertThat(tables.postgres.query("SELECT * FROM totals")).isEqualTo("A,0,null,null,1");

    sale("2", "A", 5);
    sales.append("A", row("id", "3", "shop", "A", "amount", 4).put("amount", null));
    worker.drain();
    assertThat(tables.postgres.query("SELECT * FROM totals")).isEqualTo("A,5,5,5,3");
  }

  @Test
  void textsAreComparedByBytes() {
    tables.postgres.execute(
        "CREATE TABLE names (shop text PRIMARY KEY, first text, last text COLLATE \"en-x-icu\")");
    tables.table(
        "names",
        "topic",
        "sales",
        "effect",
        "accumulate",
        "event.id",
        "id",
        "key",
        "shop",
        "min",
        "first=name",
        "max",
        "last=name");
    tables.config.put("batch.rows.max", "2");
    int id = 0;
    for (String name : List.of("b", "B", "a", "Z", "ä")) {
      sales.append("A", row("id", "" + id++, "shop", "A", "name", name));
    }

    tables.worker(sales).drain();

    assertThat(tables.postgres.query("SELECT first, last FROM names")).isEqualTo("B,ä");
  }

  @Test
  void nullIsRefusedWhereTheColumnIsNotNull() {
    givenTotals();
    tables.postgres.execute("ALTER TABLE totals ALTER amount SET NOT NULL");
    sales.append("A", row("id", "1", "shop", "A", "amount", 4).put("amount", null));
    sale("2", "A", 5);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(worker.context.deadLetters).hasSize(1);
    assertThat(tables.postgres.query("SELECT amount, n FROM totals")).isEqualTo("5,1");
  }

  @Test
  void twinWithOtherContentIsSetAside() {
    givenTotals();
    sale("1", "A", 5);
    sale("1", "A", 6);
    sale("2", "A", 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(worker.context.deadLetterReasons)
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason)
                  .hasMessage(
                      "table totals: the event ID of record sales-0@1 took effect before, with other"
                          + " content");
              assertThat(reason.getCause()).hasMessageContaining("{\"reason\":\"altered\"");
            });
    assertThat(tables.postgres.query("SELECT amount, n FROM totals")).isEqualTo("6,2");
  }

  @Test
  void insertByMemoryNeedsNoUniqueKey() {
    tables.postgres.execute(
        "CREATE TABLE log (id text, shop text, amount bigint) PARTITION BY LIST (shop);"
            + " CREATE TABLE log_a PARTITION OF log FOR VALUES IN ('A');"
            + " CREATE TABLE log_b PARTITION OF log FOR VALUES IN ('B')");
    tables.table("log", "topic", "sales", "effect", "insert", "event.id", "id", "dedupe", "memory");
    sale("1", "A", 5);
    sale("2", "B", 3);
    sale("1", "A", 5);

    tables.worker(sales).drain();
    tables.reapply(sales);

    assertThat(tables.postgres.query("SELECT * FROM log ORDER BY 1")).isEqualTo("1,A,5 2,B,3");
    assertThat(tables.postgres.query("SELECT count(*) FROM onceflow.processed_events_opaque"))
        .isEqualTo("2");
  }

  @Test
  void insertByMemoryGoesThroughAView() {
    tables.postgres.execute(
        """
        CREATE TABLE log (id text, amount bigint);
        CREATE VIEW sales_in AS SELECT id, amount AS doubled FROM log;
        CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO log VALUES (NEW.id, NEW.doubled / 2); RETURN NEW; END $$;
        CREATE TRIGGER t INSTEAD OF INSERT ON sales_in FOR EACH ROW EXECUTE FUNCTION put();""");
    tables.table(
        "sales_in",
        "topic",
        "sales",
        "effect",
        "insert",
        "event.id",
        "id",
        "dedupe",
        "memory",
        "columns",
        "id,doubled=amount");
    sale("1", "A", 6);

    tables.worker(sales).drain();
    tables.reapply(sales);

    assertThat(tables.postgres.query("SELECT * FROM log")).isEqualTo("1,3");
  }

  @Test
  void insertByKeyIntoATableWithoutThatKeyNamesTheWayOut() {
    tables.postgres.execute("CREATE TABLE log (id text, shop text, amount bigint)");
    tables.table("log", "topic", "sales", "effect", "insert", "event.id", "id");
    TestingWorker worker = tables.worker(sales);

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("rows must be unique by exactly (id)")
        .hasMessageContaining("or set table.log.dedupe=memory");
  }

  @Test
  void insertOfTwinsKeepsTheFirst() {
    tables.postgres.execute("CREATE TABLE log (id text PRIMARY KEY, amount bigint)");
    tables.table("log", "topic", "sales", "effect", "insert", "event.id", "id");
    for (int i = 0; i < 500; i++) {
      sale("1", "A", i);
    }

    tables.worker(sales).drain();

    assertThat(tables.postgres.query("SELECT * FROM log")).isEqualTo("1,0");
  }

  private void givenStock(String statements) {
    tables.postgres.execute(
        "CREATE TABLE stock (shop text PRIMARY KEY, amount numeric(12, 2));"
            + " CREATE TABLE audit (n bigint, note text); INSERT INTO stock VALUES ('A', 100)");
    tables.table(
        "movements",
        "topic",
        "sales",
        "effect",
        "sql",
        "event.id",
        "id",
        "columns",
        "shop text=shop, amount numeric(12, 2)=amount, note jsonb=header:note, at timestamptz=record:timestamp",
        "statements",
        statements);
  }

  @Test
  void statementsSeeFirstSeenRecordsInOneTransaction() {
    givenStock(
        "UPDATE stock SET amount = stock.amount - moved.amount FROM (SELECT shop, sum(amount) AS amount"
            + " FROM batch GROUP BY shop) moved WHERE stock.shop = moved.shop;"
            + " -- one row; for each batch\n"
            + " WITH notes AS (SELECT count(*) AS n, 'a;b' AS note FROM batch WHERE note ? 'x')"
            + " INSERT INTO audit SELECT n, note FROM notes");
    sale("1", "A", 5);
    sale("1", "A", 5);
    sale("2", "A", 7);
    sales.records.get(2L).headers().addString("note", "{\"x\": 1}");

    tables.worker(sales).drain();
    tables.reapply(sales);

    assertThat(tables.postgres.query("SELECT amount FROM stock")).isEqualTo("88.00");
    assertThat(tables.postgres.query("SELECT n, note FROM audit WHERE n > 0")).isEqualTo("1,a;b");
  }

  @Test
  void controlStatementsRunTwiceWithoutTheMemory() {
    givenStock("UPDATE stock SET amount = amount - (SELECT sum(amount) FROM batch)");
    sale("1", "A", 5);
    sale("1", "A", 5);

    tables.worker(WeakenedSinkTask::new, sales).drain();

    assertThat(tables.postgres.query("SELECT amount FROM stock")).isEqualTo("90.00");
  }

  @Test
  void recordThatAStatementRefusesIsIsolated() {
    givenStock("INSERT INTO audit SELECT 1 / amount, shop FROM batch");
    sale("1", "A", 1);
    sale("2", "A", 0);
    sale("3", "A", 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(worker.context.deadLetters).isEqualTo(List.of(sales.records.get(1L)));
    assertThat(tables.postgres.query("SELECT count(*) FROM audit")).isEqualTo("2");
  }

  @Test
  void statementThatTheDatabaseRefusesStopsTheTaskAtItsStart() {
    givenStock("INSERT INTO audits SELECT 1, shop FROM batch");
    TestingWorker worker = tables.worker(sales);

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table.movements.statements: the database refuses it")
        .hasMessageContaining("audits");
  }

  @Test
  void typeThatTheDatabaseDoesNotKnowStopsTheTaskAtItsStart() {
    givenStock("SELECT 1 FROM batch");
    tables.config.put("table.movements.columns", "shop txt=shop");
    TestingWorker worker = tables.worker(sales);

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table.movements.columns: the database refuses it");
  }

  @Test
  void severalEffectsOfOneRecordAreAllOrNone() {
    givenTotals();
    givenStock("INSERT INTO audit SELECT 1 / amount, shop FROM batch");
    sale("1", "A", 0);
    sale("2", "A", 4);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(worker.context.deadLetters).hasSize(1);
    assertThat(tables.postgres.query("SELECT amount, n FROM totals")).isEqualTo("4,1");
    assertThat(tables.postgres.query("SELECT count(*) FROM audit")).isEqualTo("1");
  }
}
