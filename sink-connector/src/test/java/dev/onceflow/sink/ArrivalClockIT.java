package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Whose clock says that a horizon is over: not that of a partition that is ahead, of a record that
 * is tried again, or of a database that went back.
 */
class ArrivalClockIT extends MemoryCase {
  @Test
  void partitionThatLagsHoldsTheMemory() {
    String id = idOf(TODAY_MS, 1);
    sale(sales, id, 1);
    sale(more, idOf(TODAY_MS, 2), 1);
    TestingWorker worker = tables.worker(sales, more);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, idOf(TODAY_MS + HORIZON.multipliedBy(3).toMillis(), 3), 1);
    worker.drain();
    sale(sales, id, 1);
    worker.drain();

    assertThat(counted()).isEqualTo("3");
    assertThat(worker.context.deadLetterReasons).isEmpty();

    // An event that comes again is remembered from then on.
    more.pass(HORIZON.multipliedBy(5));
    sale(more, idOf(TODAY_MS + HORIZON.multipliedBy(5).toMillis(), 4), 1);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(2).plusHours(12));
    sale(sales, id, 1);
    worker.drain();

    assertThat(counted()).isEqualTo("4");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  @Test
  void partitionWhoseFenceStoodStillForAHorizonHoldsNobody() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(more, idOf(TODAY_MS, 2), 1);
    TestingWorker worker = tables.worker(sales, more);
    worker.drain();
    tables.postgres.execute(
        "UPDATE onceflow.fence SET advanced_at = now() - interval '8 days' WHERE partition = 1");
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, idOf(TODAY_MS, 1), 1);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(rejected(worker, "unprovable")).isEqualTo(1);
  }

  /** The fences' last move lies as far back for the one that lags as for the one that is ahead. */
  @Test
  void claimedPartitionThatLagsAfterADowntimeOfAHorizonHoldsTheMemory() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    sale(more, idOf(TODAY_MS, 2), 1);
    tables.worker(sales, more).drain();
    tables.postgres.execute("UPDATE onceflow.fence SET advanced_at = now() - interval '8 days'");
    TestingWorker lagging = tables.worker(more);
    lagging.drain();
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, idOf(TODAY_MS + HORIZON.multipliedBy(3).toMillis(), 3), 1);
    tables.worker(sales).drain();
    sale(more, idOf(TODAY_MS, 1), 1);

    lagging.drain();

    assertThat(counted()).isEqualTo("3");
    assertThat(lagging.context.deadLetterReasons).isEmpty();
  }

  /** What was taken later must not make a record's second try come later. */
  @Test
  void recordThatIsTriedAgainAfterAnotherOneWasRejectedArrivesWhenItFirstDid() {
    TestingWorker worker = workerWithTwoGenerationsOfIds();
    sales.pass(HORIZON.dividedBy(2));
    sale(sales, "early", 2);
    sale(sales, "late", 1);
    sales.pass(HORIZON.multipliedBy(4));
    sale(sales, "last", 1);

    worker.drain();

    assertThat(rejected(worker, "altered")).isEqualTo(1);
    assertThat(counted()).isEqualTo("4");
  }

  @Test
  void recordThatIsTriedAgainAfterTroubleArrivesWhenItFirstDid() throws SQLException {
    tables.config.put("takeover.timeout.ms", "300");
    TestingWorker worker = workerWithTwoGenerationsOfIds();
    sales.pass(HORIZON.dividedBy(2));
    sale(sales, "late", 1);
    sales.pass(HORIZON.multipliedBy(4));
    sale(sales, "last", 1);
    try (Connection stranger = tables.postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("LOCK TABLE totals IN SHARE ROW EXCLUSIVE MODE");
      assertThat(worker.step()).isEqualTo(-1);
      stranger.rollback();
    }

    worker.drain();

    assertThat(counted()).isEqualTo("4");
  }

  /** The event "late" came 6 days after "early", in the same generation, and 2 days before now. */
  private TestingWorker workerWithTwoGenerationsOfIds() {
    TestingWorker worker = tables.worker(sales);
    sale(sales, "early", 1);
    worker.drain();
    sales.pass(Duration.ofDays(6));
    sale(sales, "late", 1);
    worker.drain();
    sales.pass(Duration.ofDays(2));
    sale(sales, "of the second generation", 1);
    worker.drain();
    return worker;
  }

  /** What is in the task's memory is ahead of a database that was restored to before it. */
  @Test
  void databaseThatWentBackForgetsNothingByTheClockOfRecordsItDoesNotHave() {
    sale(sales, "early", 1);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, "late", 1);
    worker.drain();
    // Two generations are there; of the later records nothing is left.
    tables.postgres.execute(
        "UPDATE onceflow.fence SET next_offset = 1, last_offset = 0, last_timestamp_ms = "
            + TODAY_MS
            + "; DELETE FROM onceflow.processed_events_opaque WHERE generation > 1;"
            + " UPDATE totals SET n = 1, amount = 1");
    sales.pass(HORIZON.multipliedBy(3));
    sale(sales, "later", 1);

    worker.drain();

    assertThat(counted()).isEqualTo("3");
    assertThat(tables.postgres.query("SELECT max(generation) FROM onceflow.processed_generations"))
        .isEqualTo("2");
  }
}
