package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two tasks, three partitions, and a seeded schedule of puts that don't wait for their effects, cut
 * lines, lost answers, partitions that move with and without the old owner noticing. The memory of
 * event IDs is emptied all the time, so that the fence alone must hold.
 */
class FaultScheduleIT {
  private static final int STEPS = 120;
  private static final int PARTITIONS = 3;
  private static final String TOTALS = "SELECT entries, amount_minor FROM merchant_daily_totals";
  private static final String[] STATEMENTS = {
    "COPY ", "UPDATE onceflow.fence", "INSERT INTO", "COMMIT"
  };

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingProxy proxy = new TestingProxy(postgres.port());
  private final List<TestingTopic> topics = new ArrayList<>();
  private final List<TestingWorker> workers = new ArrayList<>();

  /** Which worker Kafka has given each partition to; others may still think it is theirs. */
  private final Map<TestingTopic, TestingWorker> owners = new HashMap<>();

  private int appended;

  @AfterEach
  void stop() {
    workers.forEach(worker -> worker.task.stop());
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyEventTakesEffectOnce(long seed) {
    run(seed, OnceflowSinkTask::new);

    assertThat(postgres.query(TOTALS)).isEqualTo(appended + "," + appended * 100L);
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("" + appended);
    assertThat(proxy.cuts()).isPositive();
  }

  @Test
  void controlScheduleDoublesEffectsWithoutFenceAndDedupe() {
    run(1, WeakenedSinkTask::new);

    assertThat(postgres.query(TOTALS)).isNotEqualTo(appended + "," + appended * 100L);
  }

  private void run(long seed, Supplier<OnceflowSinkTask> task) {
    Random random = new Random(seed);
    postgres.execute(Payments.TABLES);
    for (int i = 0; i < PARTITIONS; i++) {
      topics.add(new TestingTopic("ledger-entries", i));
    }
    workers.add(worker(task.get()));
    workers.add(worker(task.get()));
    topics.forEach(topic -> give(topic, workers.get(random.nextInt(2)), 0));
    for (int i = 0; i < STEPS; i++) {
      step(random);
    }
    proxy.cutNothing();
    settle();
  }

  private TestingWorker worker(OnceflowSinkTask task) {
    Map<String, String> config =
        Payments.config(postgres.urlThrough(proxy.port()) + "&socketTimeout=20");
    config.put("takeover.timeout.ms", "40");
    config.put("batch.rows.max", "40");
    config.put("batch.linger.ms", "1");
    return new TestingWorker(task, config, 25);
  }

  private void step(Random random) {
    TestingTopic topic = topics.get(random.nextInt(PARTITIONS));
    TestingWorker worker = workers.get(random.nextInt(2));
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> append(topic, 1 + random.nextInt(60), random);
      case 3, 4, 5 -> stepOften(worker, 1 + random.nextInt(4));
      case 6 -> worker.step();
      case 7 -> worker.commit();
      case 8 -> proxy.cutBefore(STATEMENTS[random.nextInt(STATEMENTS.length)]);
      case 9 -> proxy.cutAfter("COMMIT");
      case 10, 11 -> move(topic, random);
      case 12 -> stall(worker, random);
      default -> forget();
    }
  }

  private static void stepOften(TestingWorker worker, int times) {
    for (int i = 0; i < times; i++) {
      worker.stepWithoutWaiting();
    }
  }

  private void append(TestingTopic topic, int records, Random random) {
    for (int i = 0; i < records; i++) {
      topic.append("k", Payments.entry(appended++, 1, 100));
      if (random.nextInt(10) == 0) {
        topic.gap(1 + random.nextInt(3));
      }
    }
  }

  /**
   * To the other worker. The old owner commits its offsets and gives it back, loses it without
   * being asked, or goes on as if nothing were.
   */
  private void move(TestingTopic topic, Random random) {
    TestingWorker old = owners.get(topic);
    TestingWorker next = workers.get(1 - workers.indexOf(old));
    long group = 0;
    switch (random.nextInt(3)) {
      case 0 -> {
        group = old.commit().getOrDefault(topic.partition, 0L);
        old.revoke(topic);
      }
      case 1 -> old.revoke(topic);
      default -> old.stepWithoutWaiting();
    }
    give(topic, next, group);
  }

  private void give(TestingTopic topic, TestingWorker worker, long groupOffset) {
    if (worker.has(topic)) {
      worker.revoke(topic);
    }
    worker.assign(Map.of(topic, groupOffset));
    owners.put(topic, worker);
  }

  /** A batch waits for a stranger's lock, while more is taken and partitions move. */
  private void stall(TestingWorker worker, Random random) {
    try (Connection stranger = postgres.connect();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("LOCK TABLE ledger_entries IN SHARE ROW EXCLUSIVE MODE");
      for (TestingTopic topic : topics) {
        append(topic, 20, random);
      }
      stepOften(worker, 2);
      TestingTopic topic = topics.get(random.nextInt(PARTITIONS));
      if (random.nextBoolean() && worker.equals(owners.get(topic))) {
        worker.revoke(topic);
        give(topic, workers.get(1 - workers.indexOf(worker)), 0);
      }
      stepOften(worker, random.nextInt(2));
      stranger.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void forget() {
    if (postgres.query("SELECT to_regclass('onceflow.processed_events')").equals("null")) {
      return;
    }
    postgres.execute("DELETE FROM onceflow.processed_events");
  }

  /** Everybody learns what is theirs, and all is read to the end. */
  private void settle() {
    for (TestingTopic topic : topics) {
      for (TestingWorker worker : workers) {
        if (worker.has(topic) && !worker.equals(owners.get(topic))) {
          worker.revoke(topic);
        }
      }
    }
    for (TestingWorker worker : workers) {
      for (int tries = 0; worker.step() < 0 && tries < 20; tries++) {
        // What was broken by the last cuts is tried again.
      }
      worker.drain();
    }
  }
}
