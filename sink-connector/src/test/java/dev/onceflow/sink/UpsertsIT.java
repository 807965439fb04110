package dev.onceflow.sink;

import static dev.onceflow.sink.TestingTables.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the rows of one key stays. */
class UpsertsIT {
  private final TestingTables tables = new TestingTables();
  private final TestingTopic items = new TestingTopic("items", 0);
  private final TestingTopic moved = new TestingTopic("items", 1);

  private void givenTable(String... keysAndValues) {
    tables.postgres.execute(
        "CREATE TABLE items (id text PRIMARY KEY, v bigint, note text, g int, p text, o bigint)");
    tables.table("items", "topic", "items", "effect", "upsert", "key", "id");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      tables.config.put("table.items." + keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  private void upsert(TestingTopic topic, int version, String note) {
    topic.append("A", row("id", "A", "v", version, "note", note));
  }

  @Test
  void higherGenerationReplacesTheSameVersionAndNoNewerOne() {
    givenTable("version", "v", "generation", "g");
    upsert(items, 5, "live");
    TestingWorker live = tables.worker(items);
    live.drain();
    assertThat(tables.postgres.query("SELECT v, note, g FROM items")).isEqualTo("5,live,0");

    // A correction of what is there wins over it.
    tables.config.put("generation", "1");
    tables.config.put("sink.name", "correction");
    TestingTopic corrected = new TestingTopic("items", 0);
    upsert(corrected, 5, "corrected");
    upsert(corrected, 4, "corrected, older");
    tables.worker(corrected).drain();
    assertThat(tables.postgres.query("SELECT v, note, g FROM items")).isEqualTo("5,corrected,1");

    // And doesn't hold up newer live updates.
    upsert(items, 6, "live");
    live.drain();
    assertThat(tables.postgres.query("SELECT v, note, g FROM items")).isEqualTo("6,live,0");
  }

  @Test
  void byPositionAnOlderRecordThatComesAgainChangesNothing() {
    givenTable("version", "position", "position.columns", "p,o");
    upsert(items, 9, "first");
    upsert(items, 1, "second");
    TestingWorker worker = tables.worker(items, moved);
    worker.drain();
    assertThat(tables.postgres.query("SELECT v, note, p, o FROM items"))
        .isEqualTo("1,second,items-0,1");

    tables.config.put("batch.rows.max", "1");
    tables.postgres.execute("UPDATE items SET o = 5");
    tables.reapply(items);
    assertThat(tables.postgres.query("SELECT note, o FROM items")).isEqualTo("second,5");

    // In another partition, offsets say nothing: what comes last is kept.
    upsert(moved, 1, "moved");
    worker.drain();
    assertThat(tables.postgres.query("SELECT note, p, o FROM items")).isEqualTo("moved,items-1,0");
  }

  @Test
  void recordsWithoutAnIdAreKeptOnceByTheirCoordinates() {
    tables.postgres.execute(
        "CREATE TABLE lines (topic text, part int, off bigint, note text, PRIMARY KEY (topic, part, off))");
    tables.table(
        "lines",
        "topic",
        "items",
        "effect",
        "upsert",
        "version",
        "arrival",
        "key",
        "topic=record:topic,part=record:partition,off=record:offset");
    items.append("K", row("note", "a"));
    items.append("K", row("note", "a"));

    tables.worker(items).drain();
    tables.reapply(items);

    assertThat(tables.postgres.query("SELECT * FROM lines ORDER BY off"))
        .isEqualTo("items,0,0,a items,0,1,a");
  }

  @Test
  void byArrivalTheLastRowOfABatchIsKept() {
    givenTable("version", "arrival");
    upsert(items, 9, "first");
    upsert(items, 1, "second");

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT v, note FROM items")).isEqualTo("1,second");
  }

  @ParameterizedTest
  @CsvSource({"record:key", "header:ce_id"})
  void keyCanStandOutsideTheValue(String source) {
    givenTable("version", "v", "key", "id=" + source);
    items.append("K", row("v", 1, "note", "a")).headers().addString("ce_id", "K");
    items.append("K", row("v", 2, "note", "b")).headers().addString("ce_id", "K");

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT id, v, note FROM items")).isEqualTo("K,2,b");
  }

  @ParameterizedTest
  @CsvSource({"v", "position", "arrival"})
  void columnsThatARecordDoesNotHaveAreLeftAsTheyAre(String version) {
    givenTable("version", version);
    if (version.equals("position")) {
      tables.config.put("table.items.position.columns", "p,o");
    }
    // Two schemas in one put, and the same key in both.
    items.append("A", row("id", "A", "v", 1, "note", "kept"));
    items.append("A", row("id", "A", "v", 2, "g", 7));
    items.append("B", row("id", "B", "v", 1, "g", 8));
    items.append("A", row("id", "A", "v", 3));
    items.append("B", row("id", "B", "v", 2, "note", "b"));

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT id, v, note, g FROM items ORDER BY 1"))
        .isEqualTo("A,3,kept,7 B,2,b,8");
  }

  @Test
  void olderVersionOfAnotherSchemaInTheSameBatchAddsNothing() {
    givenTable("version", "v");
    items.append("A", row("id", "A", "v", 5, "note", "new"));
    items.append("A", row("id", "A", "v", 4, "g", 7));

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT v, note, g FROM items")).isEqualTo("5,new,null");
  }

  @Test
  void otherKeysOfAnotherSchemaStayInTheSameBatch() {
    givenTable("version", "v");
    for (int i = 0; i < 50; i++) {
      String id = "k" + i;
      items.append(
          id, i % 2 == 0 ? row("id", id, "v", 1, "note", "n") : row("id", id, "v", 1, "g", i));
    }
    TestingWorker worker = tables.worker(items);
    worker.step();
    tables.postgres.execute(
        "CREATE TABLE transactions (id xid8); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql"
            + " AS $$ BEGIN INSERT INTO transactions VALUES (pg_current_xact_id()); RETURN NULL; END $$;"
            + " CREATE TRIGGER t AFTER INSERT ON items FOR EACH STATEMENT EXECUTE FUNCTION note()");

    worker.drain();

    assertThat(tables.postgres.query("SELECT count(*) FROM items")).isEqualTo("50");
    assertThat(tables.postgres.query("SELECT count(DISTINCT id) FROM transactions")).isEqualTo("1");
  }

  @Test
  void defaultsIdentitiesAndGeneratedColumnsAreTheTables() {
    tables.postgres.execute(
        "CREATE TABLE items (id text PRIMARY KEY, v bigint, n int GENERATED ALWAYS AS IDENTITY,"
            + " twice bigint GENERATED ALWAYS AS (v * 2) STORED, state text DEFAULT 'new')");
    tables.table("items", "topic", "items", "effect", "upsert", "key", "id", "version", "v");
    items.append("A", row("id", "A", "v", 1, "n", 99, "twice", 99));

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT id, n, twice, state FROM items"))
        .isEqualTo("A,1,2,new");
  }

  @Test
  void partitionedTableIsKeyedByAllOfItsKey() {
    tables.postgres.execute(
        "CREATE TABLE items (id text, day bigint, v bigint, PRIMARY KEY (id, day))"
            + " PARTITION BY RANGE (day); CREATE TABLE items_1 PARTITION OF items"
            + " FOR VALUES FROM (0) TO (10); CREATE TABLE items_2 PARTITION OF items"
            + " FOR VALUES FROM (10) TO (20)");
    tables.table(
        "items",
        "topic",
        "items",
        "effect",
        "upsert",
        "key",
        "id,day",
        "version",
        "v",
        "delete",
        "true",
        "columns",
        "id=record:key,day,v");
    items.append("A", row("day", 1, "v", 1));
    items.append("A", row("day", 11, "v", 2));
    items.append("A", row("day", 11, "v", 3));

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT tableoid::regclass, id, v FROM items ORDER BY 1"))
        .isEqualTo("items_1,A,1 items_2,A,3");
  }

  @Test
  void positionNeedsColumnsThatHoldIt() {
    givenTable("version", "position", "position.columns", "v,o");
    TestingWorker worker = tables.worker(items);

    assertThatThrownBy(worker::step)
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "table items: column v, which keeps a row's position, has type bigint; it must be text");
  }

  @Test
  void nullKeyIsAPoisonRecord() {
    givenTable("version", "v");
    items.append("A", row("id", "A", "v", 1).put("id", null));
    items.append("A", Schema.STRING_SCHEMA, "no struct");
    upsert(items, 2, "a");
    TestingWorker worker = tables.worker(items);

    worker.drain();

    assertThat(worker.context.deadLetters).hasSize(2);
    assertThat(List.of(tables.postgres.query("SELECT id, v FROM items"))).containsExactly("A,2");
  }
}
