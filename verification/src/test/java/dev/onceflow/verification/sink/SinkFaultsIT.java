package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.proxy.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One real worker, and what goes wrong between it, Kafka and the database. */
class SinkFaultsIT {
  private static final String WEAKENED = "dev.onceflow.sink.WeakenedSinkConnector";

  @TempDir private static Path folder;
  private static SinkCluster cluster;
  private static ConnectWorker worker;

  private SinkRun run;

  @BeforeAll
  static void start() {
    cluster = new SinkCluster(folder);
    worker = cluster.startWorker();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void endRun() {
    cluster.proxy().restore();
    if (!worker.process().alive()) {
      worker.restart();
    }
    worker.deleteConnector(run.name());
  }

  private SinkRun run(int partitions) throws Exception {
    run = new SinkRun(cluster, worker, partitions);
    return run;
  }

  /** One that has written already, so that the next COMMIT is a batch's. */
  private SinkRun startedRun(int partitions, Map<String, String> changes) throws Exception {
    SinkRun started = run(partitions);
    started.start(changes);
    started.produce(500);
    started.awaitExactlyOnce();
    return started;
  }

  private static void awaitFired(Fault fault, int before) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> cluster.proxy().fired(fault) > before);
  }

  @Test
  void lostRequestAndLostAnswerOfCommit() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    for (Fault fault : new Fault[] {Fault.COMMIT_REQUEST_LOST, Fault.COMMIT_ANSWER_LOST}) {
      int before = cluster.proxy().fired(fault);
      cluster.proxy().order(fault);

      run.produce(2_000);

      awaitFired(fault, before);
      run.awaitExactlyOnce();
    }
  }

  @Test
  void controlLostAnswerIsAppliedTwiceByTheWeakenedSink() throws Exception {
    SinkRun run = startedRun(1, Map.of("connector.class", WEAKENED));
    int before = cluster.proxy().fired(Fault.COMMIT_ANSWER_LOST);
    cluster.proxy().order(Fault.COMMIT_ANSWER_LOST);

    run.produce(2_000);

    awaitFired(Fault.COMMIT_ANSWER_LOST, before);
    run.awaitApplied(run.expected());
    Awaitility.await().until(() -> Long.parseLong(run.totals().split(",", -1)[0]) > run.expected());
  }

  @Test
  void workerKilledBeforeItsCommitReachesTheServer() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    int before = cluster.proxy().fired(Fault.COMMIT_REQUEST_STUCK);
    cluster.proxy().order(Fault.COMMIT_REQUEST_STUCK);
    run.produce(2_000);
    awaitFired(Fault.COMMIT_REQUEST_STUCK, before);

    worker.process().kill();
    // The server holds the dead worker's transaction, with the fence: as with a frozen machine.
    assertThat(run.applied()).isEqualTo(500);
    worker.restart();

    run.awaitExactlyOnce();
  }

  @Test
  void workerKilledBetweenCommitAndAnswer() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    int before = cluster.proxy().fired(Fault.COMMIT_ANSWER_LOST);
    cluster.proxy().order(Fault.COMMIT_ANSWER_LOST);
    run.produce(2_000);
    awaitFired(Fault.COMMIT_ANSWER_LOST, before);

    worker.process().kill();
    worker.restart();

    run.awaitExactlyOnce();
  }

  @Test
  void workerKilledAfterTheCommitAndBeforeKafkaKnows() throws Exception {
    SinkRun run = run(2);
    run.start();
    run.produce(2_000);
    run.awaitApplied(500);

    worker.process().kill();
    run.produce(1_000);
    worker.restart();

    run.awaitExactlyOnce();
  }

  @Test
  void databaseAwayWhileRecordsComeAndWhilePartitionsAreAssigned() throws Exception {
    SinkRun run = run(2);
    cluster.proxy().goDown();
    worker.putConnector(run.name(), run.config(Map.of()));
    run.produce(1_000);
    worker.awaitRunning(run.name(), Duration.ofSeconds(30));
    cluster.proxy().restore();
    run.awaitExactlyOnce();

    cluster.proxy().goDown();
    run.produce(1_000);
    Awaitility.await().during(Duration.ofSeconds(3)).until(() -> true);
    cluster.proxy().restore();
    run.awaitExactlyOnce();

    cluster.proxy().blackHole();
    run.produce(1_000);
    Awaitility.await().during(Duration.ofSeconds(6)).until(() -> true);
    cluster.proxy().restore();
    run.awaitExactlyOnce();
    assertThat(worker.status(run.name()).running()).isTrue();
  }

  @Test
  void groupOffsetsMovedByHandMoveNothing() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    for (long offset : new long[] {0, 5_000}) {
      worker.stopConnector(run.name());
      run.produce(500);
      moveGroup(run, offset);

      worker.resumeConnector(run.name());

      run.awaitExactlyOnce();
    }
  }

  private static void moveGroup(SinkRun run, long offset) throws Exception {
    Admin admin = cluster.admin();
    admin
        .alterConsumerGroupOffsets(
            run.group(), Map.of(new TopicPartition(run.name(), 0), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  @Test
  void abortedTransactionsHaveNoEffects() throws Exception {
    SinkRun run = run(2);
    run.start();

    run.produceInTransactions(20, 50);

    run.awaitExactlyOnce();
  }

  @Test
  void databaseRestoredToAnEarlierPointCatchesUp() throws Exception {
    SinkRun run = run(2);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    cluster.proxy().goDown();
    cluster.execute(
        "postgres", "CREATE DATABASE %1$s_backup TEMPLATE %1$s".formatted(run.database()));
    cluster.proxy().restore();
    run.produce(1_000);
    run.awaitExactlyOnce();

    // The task lives on, with a fence in memory that the database no longer has.
    cluster.proxy().goDown();
    restoreBackup(run);
    cluster.proxy().restore();
    run.produce(500);
    run.awaitExactlyOnce();
  }

  @Test
  void databaseRestoredToBeforeTheTaskBeganCatchesUp() throws Exception {
    SinkRun run = run(2);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    worker.stopConnector(run.name());
    cluster.execute(
        "postgres", "CREATE DATABASE %1$s_backup TEMPLATE %1$s".formatted(run.database()));
    worker.resumeConnector(run.name());
    run.produce(1_000);
    run.awaitExactlyOnce();

    cluster.proxy().goDown();
    restoreBackup(run);
    cluster.proxy().restore();
    run.produce(500);

    run.awaitExactlyOnce();
  }

  private static void restoreBackup(SinkRun run) {
    cluster.execute(
        "postgres",
        "DROP DATABASE %s WITH (FORCE)".formatted(run.database()),
        "ALTER DATABASE %1$s_backup RENAME TO %1$s".formatted(run.database()));
  }

  @Test
  void databaseRestoredToAnEmptyOneStopsAndSaysWhyOrCatchesUp() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    worker.stopConnector(run.name()); // Its last commit of offsets tells the group.
    cluster.execute(
        "postgres",
        "DROP DATABASE %s WITH (FORCE)".formatted(run.database()),
        "CREATE DATABASE " + run.database());
    cluster.execute(run.database(), SinkRun.TABLES);

    worker.resumeConnector(run.name());

    assertThat(worker.awaitFailure(run.name()))
        .contains(run.name() + "-0", "was the database emptied", "fence.initial=earliest");
    assertThat(run.applied()).isZero();

    worker.putConnector(run.name(), run.config(Map.of("fence.initial", "earliest")));
    run.awaitExactlyOnce();
  }

  @Test
  void twoConnectorsWithOneSinkNameAreStoppedAndBothNamed() throws Exception {
    SinkRun run = run(1);
    Map<String, String> changes =
        Map.of("sink.name", run.name() + "-sink", "fenced.timeout.ms", "2000");
    run.start(changes);
    run.produce(500);
    run.awaitExactlyOnce();
    String second = run.name() + "-second";
    worker.putConnector(second, run.config(changes));
    try {
      worker.awaitRunning(second, Duration.ofSeconds(30));
      Awaitility.await()
          .until(
              () -> cluster.query(run.database(), "SELECT epoch FROM onceflow.fence").equals("2"));
      run.produce(500);

      assertThat(worker.awaitFailure(run.name()))
          .contains(
              "two sinks use sink.name=" + run.name() + "-sink",
              run.name() + " in ",
              second + " in ");
      run.awaitExactlyOnce();
    } finally {
      worker.deleteConnector(second);
    }
  }
}
