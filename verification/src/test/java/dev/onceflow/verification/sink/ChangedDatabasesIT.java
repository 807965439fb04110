package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.postgres.LaggingReplica;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Databases that went back, or that two sinks write to. */
class ChangedDatabasesIT extends OneWorkerCase {
  ChangedDatabasesIT() {
    super(ConnectVersion.BUILT_AGAINST);
  }

  @Test
  void databaseRestoredToAnEarlierPointCatchesUp() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    cluster().proxy().goDown();
    backUp(run);
    cluster().proxy().restore();
    run.produce(1_000);
    run.awaitExactlyOnce();

    // The task lives on, with a fence in memory that the database no longer has.
    cluster().proxy().goDown();
    restoreBackup(run);
    cluster().proxy().restore();
    assertThat(run.applied()).isEqualTo(500);
    run.produce(500);

    run.awaitExactlyOnce();
  }

  @Test
  void databaseRestoredToBeforeTheTaskBeganCatchesUp() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    worker().stopConnector(run.name());
    backUp(run);
    worker().resumeConnector(run.name());
    run.produce(1_000);
    run.awaitExactlyOnce();

    cluster().proxy().goDown();
    restoreBackup(run);
    cluster().proxy().restore();
    run.produce(500);

    run.awaitExactlyOnce();
  }

  private void backUp(SinkRun run) {
    cluster()
        .execute("postgres", "CREATE DATABASE %1$s_backup TEMPLATE %1$s".formatted(run.database()));
  }

  private void restoreBackup(SinkRun run) {
    cluster()
        .execute(
            "postgres",
            "DROP DATABASE %s WITH (FORCE)".formatted(run.database()),
            "ALTER DATABASE %1$s_backup RENAME TO %1$s".formatted(run.database()));
  }

  @Test
  void failoverToALaggingReplicaCatchesUp() throws Exception {
    LaggingReplica replica = LaggingReplica.of(cluster().postgres(), folder().resolve("replica"));
    SinkRun run = startedRun(2, Map.of());
    replica.catchUpAndFallBehind(cluster().postgres());
    run.produce(2_000);
    run.awaitExactlyOnce();
    // Kafka is told of 2,500 orders, and the replica has 500 of them.
    Awaitility.await().until(() -> run.committedToTheGroup() == 2_500);

    cluster().proxy().goDown();
    cluster().postgres().process().kill();
    cluster().failOverTo(replica.promoted());
    assertThat(run.applied()).isEqualTo(500);
    cluster().proxy().restore();
    run.produce(500);

    run.awaitExactlyOnce();
  }

  @Test
  void emptiedDatabaseStopsTheTaskAndIsFilledOnRequest() throws Exception {
    SinkRun run = startedRun(1, Map.of());
    worker().stopConnector(run.name()); // Its last commit of offsets tells the group.
    cluster()
        .execute(
            "postgres",
            "DROP DATABASE %s WITH (FORCE)".formatted(run.database()),
            "CREATE DATABASE " + run.database());
    cluster().execute(run.database(), SinkRun.TABLES);

    worker().resumeConnector(run.name());

    assertThat(worker().awaitFailure(run.name()))
        .contains(run.name() + "-0", "was the database emptied", "fence.initial=earliest");
    assertThat(run.applied()).isZero();

    worker().putConnector(run.name(), run.config(Map.of("fence.initial", "earliest")));
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
    putConnector(second, run.config(changes));
    worker().awaitRunning(second, Duration.ofSeconds(30));
    Awaitility.await()
        .until(
            () -> cluster().query(run.database(), "SELECT epoch FROM onceflow.fence").equals("2"));
    run.produce(500);

    assertThat(worker().awaitFailure(run.name()))
        .contains(
            "two sinks use sink.name=" + run.name() + "-sink",
            run.name() + " in ",
            second + " in ");
    run.awaitExactlyOnce();
  }
}
