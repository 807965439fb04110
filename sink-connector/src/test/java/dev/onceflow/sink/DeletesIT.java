package dev.onceflow.sink;

import static dev.onceflow.sink.TestingTables.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tombstones among upserts, in one batch and across batches. */
class DeletesIT {
  private static final String ROWS = "SELECT id, v, note FROM items ORDER BY id";
  private static final String TOMBSTONES =
      "SELECT key, version, log_offset FROM onceflow.tombstones ORDER BY 1";

  private final TestingTables tables = new TestingTables();
  private final TestingTopic items = new TestingTopic("items", 0);

  private void givenTable(String version) {
    tables.postgres.execute(
        "CREATE TABLE items (id text PRIMARY KEY, v bigint, note text, extra text, p text, o bigint)");
    tables.table(
        "items", "topic", "items", "effect", "upsert", "key", "id", "version", version, "delete",
        "true");
    if (version.equals("position")) {
      tables.table("items", "position.columns", "p,o");
      tables.config.put("tables", "items");
    }
  }

  private void upsert(String id, int version, String note) {
    items.append(id, row("id", id, "v", version, "note", note));
  }

  private void delete(String id) {
    items.append(id, (Schema) null, null);
  }

  /** Appends what a text says: {@code 5} is an upsert of version 5, {@code d} a delete. */
  private void append(String operations) {
    for (String operation : List.of(operations.split(" ", -1))) {
      if (operation.equals("d")) {
        delete("A");
      } else {
        upsert("A", Integer.parseInt(operation), "n" + operation);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // log | row | tombstone's version
        "1 d | '' | 1",
        "1 d 2 | A,2,n2 | 1",
        "d 1 | A,1,n1 | null",
        "1 d 2 d | '' | 2",
        "d 1 d | '' | 1",
        "5 d 4 | '' | 5",
        "5 d 4 6 | A,6,n6 | 5",
        "5 d 6 d 7 d | '' | 7",
        "5 3 d 4 | '' | 5",
        "5 d d | '' | 5",
      })
  void deletesAreInOrderWithUpserts(String log, String row, String version) {
    givenTable("v");
    append(log);

    // Whether all of it is one batch or each record is one.
    for (String rowsMax : List.of("1000", "1", "2", "3")) {
      tables.config.put("batch.rows.max", rowsMax);
      tables.worker(items).drain();

      assertThat(tables.postgres.query(ROWS)).isEqualTo(row);
      assertThat(tables.postgres.query(TOMBSTONES)).startsWith("[\"A\"]," + version + ",");

      // And all of it again changes nothing.
      String tombstones = tables.postgres.query(TOMBSTONES);
      tables.reapply(items);
      assertThat(tables.postgres.query(ROWS)).isEqualTo(row);
      assertThat(tables.postgres.query(TOMBSTONES)).isEqualTo(tombstones);

      tables.postgres.execute(
          "TRUNCATE items; TRUNCATE onceflow.tombstones; TRUNCATE onceflow.fence");
    }
  }

  @Test
  void lateOlderUpsertDoesNotBringARowBack() {
    givenTable("v");
    append("5 d");
    TestingWorker worker = tables.worker(items);
    worker.drain();

    append("4 5");
    worker.drain();
    assertThat(tables.postgres.query(ROWS)).isEmpty();

    append("6");
    worker.drain();
    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,6,n6");
  }

  @Test
  void controlLateOlderUpsertBringsARowBackWithoutItsTombstone() {
    givenTable("v");
    append("5 d");
    TestingWorker worker = tables.worker(items);
    worker.drain();
    tables.postgres.execute("TRUNCATE onceflow.tombstones");

    append("4");
    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,4,n4");
  }

  @Test
  void controlDeleteThatComesAgainTakesANewerRowWithoutTheGuard() {
    givenTable("v");
    append("1 d");
    tables.worker(WeakenedSinkTask::new, items).drain();
    TestingTopic later = new TestingTopic("items", 0);
    later.append("A", row("id", "A", "v", 2, "note", "n2"));
    tables.worker(WeakenedSinkTask::new, later).drain();
    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,2,n2");

    tables.worker(WeakenedSinkTask::new, items).drain();

    assertThat(tables.postgres.query(ROWS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v", "position", "arrival"})
  void rowAfterADeleteIsFresh(String version) {
    givenTable(version);
    items.append("A", row("id", "A", "v", 1, "extra", "old"));
    TestingWorker worker = tables.worker(items);
    worker.drain();

    append("d 2");
    worker.drain();

    assertThat(tables.postgres.query("SELECT id, v, extra FROM items")).isEqualTo("A,2,null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v", "position"})
  void anyLogEndsAsIfAppliedOneByOne(String version) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    givenTable(version);
    Map<String, Long> versions = new TreeMap<>();
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      String id = "k" + random.nextInt(20);
      if (random.nextInt(3) == 0) {
        delete(id);
        expected.remove(id);
      } else {
        int number = random.nextInt(50);
        boolean wins = version.equals("position") || number > versions.getOrDefault(id, -1L);
        upsert(id, number, "n" + i);
        if (wins) {
          versions.put(id, (long) number);
          expected.put(id, id + "," + number + ",n" + i);
        }
      }
    }

    tables.config.put("batch.rows.max", Integer.toString(1 + random.nextInt(200)));
    tables.worker(items).drain();
    assertThat(tables.postgres.query(ROWS))
        .as("seed %d", seed)
        .isEqualTo(String.join(" ", expected.values()));

    tables.config.put("batch.rows.max", Integer.toString(1 + random.nextInt(200)));
    tables.reapply(items);
    assertThat(tables.postgres.query(ROWS))
        .as("again, seed %d", seed)
        .isEqualTo(String.join(" ", expected.values()));
  }

  @Test
  void versionOutsideTheValueOrdersDeletesToo() {
    givenTable("v");
    tables.config.put("table.items.columns", "id=record:key,v=record:offset,note");
    TestingTopic moved = new TestingTopic("items", 1);
    items.gap(10);
    upsert("A", 0, "newer"); // version 10
    delete("A"); // version 11
    delete("B"); // version 12: nothing is there
    upsert("C", 0, "newer"); // version 13
    TestingWorker worker = tables.worker(items, moved);
    worker.drain();
    assertThat(tables.postgres.query("SELECT key, version FROM onceflow.tombstones ORDER BY 1"))
        .isEqualTo("[\"A\"],11 [\"B\"],12");

    // What comes late from the partition that the keys were in before is older than all of that.
    for (String id : List.of("A", "B")) {
      moved.append(id, row("note", "older"));
    }
    moved.append("C", (Schema) null, null);
    worker.drain();
    assertThat(tables.postgres.query(ROWS)).isEqualTo("C,13,newer");

    upsert("B", 0, "newest"); // version 14
    delete("C"); // version 15
    upsert("C", 0, "newest"); // version 16
    worker.drain();
    assertThat(tables.postgres.query(ROWS)).isEqualTo("B,14,newest C,16,newest");
    tables.reapply(items, moved);
    assertThat(tables.postgres.query(ROWS)).isEqualTo("B,14,newest C,16,newest");
  }

  @Test
  void deletesOfAKeyThatMovedAreKnownByEachPartition() {
    givenTable("v");
    TestingTopic moved = new TestingTopic("items", 1);
    append("1 d");
    TestingWorker worker = tables.worker(items, moved);
    worker.drain();
    moved.append("A", row("id", "A", "v", 2, "note", "n2"));
    moved.append("A", (Schema) null, null);
    moved.append("A", row("id", "A", "v", 3, "note", "n3"));
    worker.drain();
    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,3,n3");

    tables.postgres.execute("DELETE FROM onceflow.fence");
    tables.worker(items).drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,3,n3");
  }

  @Test
  void byArrivalTheLastOneCounts() {
    givenTable("arrival");
    append("5 d 4 d 3");
    upsert("B", 1, "b");
    delete("B");

    tables.worker(items).drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,3,n3");
  }

  @Test
  void keysOfSeveralTypesAreFoundInTheRecordKey() {
    tables.postgres.execute(
        "CREATE TABLE lines (tenant uuid, line int, price numeric(10, 2), v bigint,"
            + " PRIMARY KEY (tenant, line, price))");
    tables.table(
        "lines",
        "topic",
        "items",
        "effect",
        "upsert",
        "key",
        "tenant=key:t,line,price=key:price",
        "version",
        "v",
        "delete",
        "true");
    Schema key =
        SchemaBuilder.struct()
            .field("t", Schema.STRING_SCHEMA)
            .field("line", Schema.INT64_SCHEMA)
            .field("price", Schema.INT32_SCHEMA)
            .build();
    List<Struct> keys = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Struct made =
          new Struct(key).put("t", Payments.id(i).toString()).put("line", 7L).put("price", i);
      keys.add(made);
      items.appendKeyed(key, made, row("line", 7, "v", 1));
    }
    items.appendKeyed(key, keys.get(1), null);
    TestingWorker worker = tables.worker(items);
    worker.drain();

    items.appendKeyed(key, keys.get(1), row("line", 7, "v", 1));
    worker.drain();

    assertThat(worker.context.deadLetterReasons).isEmpty();
    assertThat(tables.postgres.query("SELECT price, v FROM lines ORDER BY 1"))
        .isEqualTo("0.00,1 2.00,1");
  }

  @Test
  void tombstoneWithoutTheKeysFieldIsNamed() {
    givenTable("v");
    items.append(null, (Schema) null, null);
    upsert("A", 1, "a");
    TestingWorker worker = tables.worker(items);

    worker.drain();

    assertThat(worker.context.deadLetterReasons)
        .singleElement()
        .satisfies(
            reason ->
                assertThat(reason)
                    .hasMessage(
                        "table items: record items-0@0 is a tombstone, and its key has no id for key"
                            + " column id"));
    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,1,a");
  }

  @Test
  void tombstonesCanBeIgnoredOrAreErrors() {
    givenTable("v");
    tables.config.remove("table.items.delete");
    append("1 d");
    TestingWorker worker = tables.worker(items);
    worker.drain();
    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessage(
            "table items: record items-0@1 is a tombstone; set table.items.delete=true to delete the"
                + " row of its key, or table.items.tombstones=ignore to pass over such records");

    tables.config.put("table.items.tombstones", "ignore");
    append("d 2");
    TestingWorker ignoring = tables.worker(items);
    ignoring.drain();

    assertThat(ignoring.context.deadLetterReasons).isEmpty();
    assertThat(tables.postgres.query(ROWS)).isEqualTo("A,2,n2");
  }

  @Test
  void oldTombstonesAreForgottenInSteps() throws Exception {
    givenTable("v");
    for (int i = 0; i < 5; i++) {
      upsert("k" + i, 1, "n");
      delete("k" + i);
    }
    tables.worker(items).drain();

    try (var connection = tables.postgres.connect()) {
      var tombstones = new dev.onceflow.sink.write.Tombstones(TestingTables.NAME);
      assertThat(tombstones.forget(connection, 60_000, 10)).isZero();
      assertThat(tombstones.forget(connection, -1_000, 3)).isEqualTo(3);
      assertThat(tombstones.forget(connection, -1_000, 3)).isEqualTo(2);
    }
  }

  @Test
  void tombstonesPastTheirRetentionAreForgottenWithTheNextBatch() {
    givenTable("v");
    tables.config.put("tombstones.retention.ms", "60000");
    for (int i = 0; i < 4; i++) {
      upsert("k" + i, 1, "n");
      delete("k" + i);
    }
    tables.worker(items).drain();
    tables.postgres.execute(
        "UPDATE onceflow.tombstones SET deleted_at = now() - interval '2 minutes' WHERE log_offset < 4");
    upsert("other", 1, "n");

    tables.worker(items).drain();

    assertThat(tables.postgres.query("SELECT count(*) FROM onceflow.tombstones")).isEqualTo("2");
  }

  /**
   * A replay of what lies before the delete waits for longer than the retention: without the
   * tombstone it would bring the row back, and no delete of its range would take it away again.
   */
  @Test
  void tombstonesStayWhileAReplayIsUnfinished() {
    givenTable("v");
    tables.config.put("tombstones.retention.ms", "60000");
    append("5 d");
    tables.worker(items).drain();
    tables.postgres.execute(
        """
        UPDATE onceflow.tombstones SET deleted_at = now() - interval '2 minutes';
        INSERT INTO onceflow.fence (sink, run, topic, partition, next_offset, epoch, owner)
        VALUES ('effects-sink', '1', 'items', 0, 0, 0, 'test')""");
    upsert("other", 1, "n");
    tables.worker(items).drain();
    String held = tables.postgres.query(TOMBSTONES);

    // Control: without the replay they are forgotten.
    tables.postgres.execute("DELETE FROM onceflow.fence WHERE run = '1'");
    upsert("other", 2, "n");
    tables.worker(items).drain();

    assertThat(held).isEqualTo("[\"A\"],5,1");
    assertThat(tables.postgres.query(TOMBSTONES)).isEmpty();
  }
}
