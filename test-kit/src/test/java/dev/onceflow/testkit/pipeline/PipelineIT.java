package dev.onceflow.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.testkit.pipeline.PipelineUnderTest.Part;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PipelineExtension.class)
class PipelineIT {
  private static final Duration FIRST_EFFECTS_LIMIT = Duration.ofMinutes(1);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);
  private static final long EVENTS = 1_000;

  @Test
  void killsUnderLoadHaveNoEffectAndALostRowIsNoticed(PipelineUnderTest pipeline)
      throws SQLException {
    AtomicBoolean killed = new AtomicBoolean();
    CompletableFuture<Long> loading =
        CompletableFuture.supplyAsync(() -> loadUntil(killed, pipeline));

    try (Connection database = DriverManager.getConnection(pipeline.jdbcUrl())) {
      try {
        await().atMost(FIRST_EFFECTS_LIMIT).until(() -> entries(database) > 0);
        // Events keep coming, so both are in the middle of something.
        pipeline.kill(Part.JOB);
        pipeline.kill(Part.WORKER);
      } finally {
        killed.set(true);
      }
      long whenKilled = entries(database);
      // Both are down: these have to wait for them. The second thousand are copies of the first.
      pipeline.load(EVENTS, loading.join() + 1);
      pipeline.load(EVENTS, 1);
      CompletableFuture<Void> job = CompletableFuture.runAsync(() -> pipeline.start(Part.JOB));
      pipeline.start(Part.WORKER);
      job.join();
      pipeline.awaitDrained(DRAIN_LIMIT);

      assertThat(entries(database)).isGreaterThan(whenKilled);
      assertThat(pipeline.topicsAndTablesAgree()).isTrue();

      // The control: what the sink would have lost is seen.
      try (Statement statement = database.createStatement()) {
        statement.execute(
            "DELETE FROM ledger_entries WHERE entry_id ="
                + " (SELECT entry_id FROM ledger_entries ORDER BY entry_id LIMIT 1)");
      }
      assertThat(pipeline.topicsAndTablesAgree()).isFalse();
    }
  }

  /** Returns the last seed. */
  private static long loadUntil(AtomicBoolean killed, PipelineUnderTest pipeline) {
    long seed = 0;
    do {
      seed++;
      pipeline.load(EVENTS, seed);
    } while (!killed.get());
    return seed;
  }

  private static long entries(Connection database) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM ledger_entries")) {
      row.next();
      return row.getLong(1);
    }
  }
}
