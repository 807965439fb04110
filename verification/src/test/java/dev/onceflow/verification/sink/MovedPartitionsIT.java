package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.connect.ConnectWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two workers of one group, which come, go, and stand still. */
class MovedPartitionsIT {
  private static final String ASSIGNMENT = "consumer.override.partition.assignment.strategy";

  @TempDir private Path folder;
  private SinkCluster cluster;
  private ConnectWorker first;

  @BeforeEach
  void start() {
    cluster = new SinkCluster(folder, ConnectVersion.BUILT_AGAINST);
    first = cluster.startWorker();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RangeAssignor", "CooperativeStickyAssignor"})
  void workersThatJoinLeaveAndAreKilledInMidLoadDoubleNothing(String assignor) throws Exception {
    SinkRun run = new SinkRun(cluster, first, 4);
    run.start(
        Map.of("tasks.max", "3", ASSIGNMENT, "org.apache.kafka.clients.consumer." + assignor));
    Thread load = load(run, 20);

    ConnectWorker second = cluster.startWorker();
    run.awaitApplied(8_000);
    second.process().kill();
    run.awaitApplied(14_000);
    second.restart();
    first.process().stop();
    load.join();
    first.restart();

    run.awaitExactlyOnce();
    assertThat(epochs(run)).isGreaterThan(4);
  }

  @Test
  void workerThatWakesUpAfterItsPartitionsMovedWritesNothing() throws Exception {
    SinkRun run = new SinkRun(cluster, first, 2);
    run.start();
    ConnectWorker second = cluster.startWorker();
    Thread load = load(run, 10);
    run.awaitApplied(2_000);
    ConnectWorker owner = ownerOf(run, second);

    owner.process().pause();
    long epochs = epochs(run);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> epochs(run) > epochs);
    load.join();
    run.awaitApplied(run.expected());
    owner.process().resume();

    run.awaitExactlyOnce();
  }

  private ConnectWorker ownerOf(SinkRun run, ConnectWorker second) {
    String worker = first.status(run.name()).tasks().get(0).worker();
    return second.url().endsWith(worker.substring(worker.indexOf(':'))) ? second : first;
  }

  private long epochs(SinkRun run) {
    return Long.parseLong(
        cluster.query(run.database(), "SELECT coalesce(sum(epoch), 0) FROM onceflow.fence"));
  }

  private static Thread load(SinkRun run, int portions) {
    Thread load =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < portions; i++) {
                  run.produce(1_000);
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            "load");
    load.start();
    return load;
  }
}
