package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Memory is dropped in small steps, past what is in the way, and noticed by whoever still counted
 * on it.
 */
class ForgettingIT extends MemoryCase {
  private static final String RANGES_OF_ONE_TRANSACTION =
      "SELECT max(n) FROM (SELECT count(*) AS n FROM onceflow.processed_ranges GROUP BY xmin::text) t";
  private static final String VERSION = "SELECT version FROM onceflow.floors";

  @Test
  void tenYearsOfEventsAreRememberedAndForgottenInSmallTransactions() {
    tables.config.put("dedupe.horizon.ms", String.valueOf(Duration.ofHours(1).toMillis()));
    for (int day = 3_650; day > 0; day--) {
      sale(sales, idOf(TODAY_MS - Duration.ofDays(day).toMillis(), day), 1);
    }
    TestingWorker worker = tables.worker(sales);
    worker.drain();

    assertThat(counted()).isEqualTo("3650");
    assertThat(number("SELECT count(*) FROM onceflow.processed_ranges")).isBetween(100L, 250L);
    assertThat(number(RANGES_OF_ONE_TRANSACTION)).isEqualTo(32);

    sales.pass(Duration.ofHours(2));
    sale(sales, idOf(TODAY_MS + Duration.ofHours(2).toMillis(), 0), 1);
    long version = number(VERSION);
    worker.drain();

    assertThat(counted()).isEqualTo("3651");
    assertThat(tables.postgres.query(PARTITIONS)).isEqualTo("1 0");
    assertThat(number(VERSION) - version).isBetween(4L, 8L);
  }

  /** Somebody's view is in the way of a partition that is due. */
  @Test
  void whatCanNotBeDroppedStaysAndFailsNoBatch() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    tables.postgres.execute("CREATE VIEW recent AS SELECT * FROM " + onlyRange());
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(sales, idOf(TODAY_MS, 2), 1);
    worker.drain();

    assertThat(counted()).isEqualTo("2");

    tables.postgres.execute("DROP VIEW recent");
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  /** While forgetting waits, another task writes down that something arrived again. */
  @Test
  void whatWasKeptAliveMeanwhileChangesNothing() throws SQLException {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    try (Connection stranger = tables.postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(1869505379, 1)");
      CompletableFuture<Void> drained = CompletableFuture.runAsync(worker::drain);
      while (number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
          == 0) {
        Thread.onSpinWait();
      }
      statement.execute(
          "UPDATE onceflow.processed_ranges SET newest_arrival_ms = newest_arrival_ms * 2");
      stranger.commit();
      drained.join();
    }

    assertThat(worker.context.deadLetterReasons).isEmpty();
    assertThat(number(VERSION)).isZero();
  }

  /** Another task's batch takes longer than the first look would wait for it. */
  @Test
  void forgettingThatIsOverdueWaitsForALongBatch() throws SQLException {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(2));
    sale(sales, idOf(TODAY_MS, 1), 1);
    try (Connection stranger = tables.postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock_shared(1869505380, 1)");
      CompletableFuture<Void> drained = CompletableFuture.runAsync(worker::drain);
      statement.execute("SELECT pg_sleep(3)");
      stranger.rollback();
      drained.join();
    }

    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  @Test
  void whatAnotherTaskForgotIsNoticedBeforeTheNextVerdict() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    // What forgetting does, in the other task's transaction.
    tables.postgres.execute(
        "DROP TABLE "
            + onlyRange()
            + "; DELETE FROM onceflow.processed_ranges;"
            + " UPDATE onceflow.floors SET version = version + 1, floor_ms = "
            + TODAY_MS);
    sale(sales, idOf(TODAY_MS, 2), 1);
    sale(sales, idOf(TODAY_MS + 1, 3), 1);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partitionThatWasDroppedByHandLiftsTheFloorToItsEnd(boolean isRestarted) {
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker first = tables.worker(sales);
    first.drain();
    tables.postgres.execute("DROP TABLE " + onlyRange());
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(sales, idOf(TODAY_MS, 2), 1);
    sales.pass(Duration.ofHours(12));
    sale(sales, idOf(TODAY_MS + Duration.ofHours(12).toMillis(), 3), 1);
    TestingWorker worker = isRestarted ? tables.worker(sales) : first;

    worker.drain();

    assertThat(rejected(worker, "unprovable")).isEqualTo(2);
    assertThat(counted()).isEqualTo("2");
  }

  @Test
  void memoryOfAllTimeThatWasDroppedByHandProvesNothing() {
    tables.config.put("dedupe.horizon.ms", "-1");
    sale(sales, idOf(TODAY_MS, 1), 1);
    tables.worker(sales).drain();
    tables.postgres.execute("DROP TABLE " + onlyRange());
    sale(sales, idOf(TODAY_MS, 1), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
    assertThat(counted()).isEqualTo("1");
  }
}
