package dev.onceflow.verification;

import static org.awaitility.Awaitility.await;

import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Judgement;
import dev.onceflow.verification.history.RecordedEffects;
import dev.onceflow.verification.history.RecordedInput;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;

/**
 * A load during which the job and the Connect worker are killed, and the judgement of what the
 * tables hold afterwards. The same for the sink that ships and for the weakened one.
 */
final class Scenario {
  private static final long EVENTS = 60_000;
  private static final long SEED = 20_261_120;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration DRAINED = Duration.ofSeconds(150);
  private static final int KILLS_MAX = 5;
  private static final long ROWS_AHEAD = 1_000;
  private static final Duration QUIET = Duration.ofSeconds(8);

  private final PaymentsPipeline pipeline;

  Scenario(PaymentsPipeline pipeline) {
    this.pipeline = pipeline;
  }

  Judgement run(Map<String, String> sinkChanges, Path... morePlugins) throws Exception {
    pipeline.startJob();
    pipeline.startWorker(morePlugins);
    pipeline.registerSink(sinkChanges);
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(() -> pipeline.loadSample(EVENTS, SEED));

    killTheJobInMidLoad();
    killTheWorkerBetweenDatabaseAndOffsetCommit();
    killTheJobInMidLoad();
    load.join();
    pipeline.awaitJobDrained(DRAINED);
    awaitTablesAtRest();

    return Judgement.of(
        new RecordedInput(pipeline.clientConfig()).expectedInTables(),
        RecordedEffects.in(pipeline.postgres().jdbcUrl()));
  }

  private void killTheJobInMidLoad() {
    long before = rows();
    // Rows arrive, so the job has committed transactions and is in the middle of the next one.
    await().atMost(SOON).until(() -> rows() > before);
    pipeline.job().process().kill();
    // Log: committed outputs up to some offset, an open transaction behind them. Tables: less.
    pipeline.job().restart();
  }

  /**
   * The worker commits its group's offsets now and then, so the kill is aimed at a moment when the
   * database has more; whether it fell there is looked up afterwards, when nothing moves any more.
   */
  private void killTheWorkerBetweenDatabaseAndOffsetCommit() {
    for (int attempt = 1; attempt <= KILLS_MAX; attempt++) {
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> rowsBeyondCommittedOffsets() > ROWS_AHEAD);
      pipeline.worker().process().kill();
      // Tables: batches that the group's offsets say nothing of. Those will be delivered again.
      boolean between = rowsBeyondCommittedOffsets() > 0;
      pipeline.worker().restart();
      if (between) {
        return;
      }
    }
    throw new AssertionError(
        "no kill of %d fell between the database's commit and the offset commit"
            .formatted(KILLS_MAX));
  }

  /** At least so many rows stand in the table that the group's offsets know nothing of. */
  private long rowsBeyondCommittedOffsets() {
    return count("SELECT count(*) FROM ledger_entries") - committedOffsets();
  }

  /** The tables say when nothing comes any more; the weakened sink has no fence that would. */
  private void awaitTablesAtRest() {
    await()
        .atMost(DRAINED)
        .during(QUIET)
        .pollInterval(Duration.ofSeconds(1))
        .until(new Unchanged()::observe);
  }

  private final class Unchanged {
    private long last = -1;

    private boolean observe() {
      long now = rows();
      boolean same = now == last && now > 0;
      last = now;
      return same;
    }
  }

  private long committedOffsets() {
    try (Admin admin = Admin.create(pipeline.clientConfig())) {
      return admin
          .listConsumerGroupOffsets("connect-" + PaymentsPipeline.SINK)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(each -> each.getKey().topic().equals(Topics.LEDGER_ENTRIES.name()))
          .filter(each -> each.getValue() != null)
          .mapToLong(each -> each.getValue().offset())
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException("The broker can't say what the sink's group committed", e);
    }
  }

  private long rows() {
    return count(
        "SELECT (SELECT count(*) FROM ledger_entries)"
            + " + (SELECT coalesce(sum(entries), 0) FROM merchant_daily_totals)");
  }

  private long count(String query) {
    try (Connection connection = DriverManager.getConnection(pipeline.postgres().jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("The tables can't be counted", e);
    }
  }
}
