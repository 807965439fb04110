package dev.onceflow.sink;

import static dev.onceflow.sink.TestingTables.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two tasks whose partitions touch the same rows. */
class SharedRowsIT {
  private static final int KEYS = 300;
  private static final int ROUNDS = 10;

  private final TestingTables tables = new TestingTables();
  private final List<TestingTopic> partitions =
      List.of(new TestingTopic("items", 0), new TestingTopic("items", 1));

  /** Appends records in another order to each partition, and applies both at once. */
  private void drainBoth() throws Exception {
    tables.config.put("batch.rows.max", "100");
    long seed = System.nanoTime();
    for (TestingTopic partition : partitions) {
      Random random = new Random(seed + partition.partition.partition());
      for (int round = 0; round < ROUNDS; round++) {
        List<Integer> keys = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
          keys.add(key);
        }
        Collections.shuffle(keys, random);
        for (int key : keys) {
          String id = "k" + key;
          int version = 2 * round + partition.partition.partition();
          partition.append(
              id, row("id", id, "v", version, "event", id + "-" + version, "amount", 1));
        }
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> drains = new ArrayList<>();
      for (TestingTopic partition : partitions) {
        // A deadlock would be a RetriableException, which drain() doesn't stand.
        drains.add(threads.submit(() -> tables.worker(partition).drain()));
      }
      for (Future<?> drain : drains) {
        drain.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void twoTasksDoNotDeadlock() throws Exception {
    tables.postgres.execute(
        "CREATE TABLE items (id text PRIMARY KEY, v bigint);"
            + " CREATE TABLE totals (id text PRIMARY KEY, amount bigint, n int)");
    tables.table("items", "topic", "items", "effect", "upsert", "key", "id", "version", "v");
    tables.table(
        "totals",
        "topic",
        "items",
        "effect",
        "accumulate",
        "event.id",
        "event",
        "key",
        "id",
        "sum",
        "amount",
        "count",
        "n");
    tables.config.put("topics", "items");

    drainBoth();

    assertThat(tables.postgres.query("SELECT count(*), min(v), max(v) FROM items"))
        .isEqualTo(KEYS + "," + (2 * ROUNDS - 1) + "," + (2 * ROUNDS - 1));
    assertThat(tables.postgres.query("SELECT count(*), min(n), sum(amount) FROM totals"))
        .isEqualTo(KEYS + "," + 2 * ROUNDS + "," + 2 * ROUNDS * KEYS);
  }
}
