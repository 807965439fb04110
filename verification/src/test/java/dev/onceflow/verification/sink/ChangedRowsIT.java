package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Rows that are deleted and come again, and logs in which only the latest of a key is left. */
class ChangedRowsIT extends OneWorkerCase {
  ChangedRowsIT() {
    super(ConnectVersion.BUILT_AGAINST);
  }

  @Test
  void lateOlderUpsertAfterADeleteBringsNothingBack() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produceOrder("deleted", 5);
    run.produceOrder("deleted and newer", 5);
    run.awaitExactlyOnce();
    run.produceDelete("deleted", 5);
    run.produceDelete("deleted and newer", 5);
    run.produceOrder("last before the kill", 1);
    run.awaitExactlyOnce();
    // Table: neither account. What keeps older orders out is in the database, not in the task.
    worker().process().kill();
    worker().restart();

    run.produceOrder("deleted", 4);
    run.produceOrder("deleted and newer", 4);
    run.produceOrder("deleted and newer", 6);

    run.awaitExactlyOnce();
    assertThat(cluster().query(run.database(), "SELECT account, version FROM latest ORDER BY 1"))
        .isEqualTo("deleted and newer,6 last before the kill,1");
  }

  @Test
  void compactedLogIsAppliedAsFarAsItIsLeft() throws Exception {
    compactOften();
    SinkRun run =
        run(
            1,
            Map.of(
                "cleanup.policy", "compact",
                "segment.ms", "500",
                "min.cleanable.dirty.ratio", "0.001"));
    run.start();
    run.produce(500);
    run.awaitExactlyOnce();
    worker().stopConnector(run.name());
    run.produce(2_000);
    int all = run.expected();

    // The last applied record goes, too, and all but a few of those that weren't read yet.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              run.produce(1); // Only what comes later rolls the active segment.
              return run.recordsInTheLog() < 500;
            });
    alter(new ConfigResource(ConfigResource.Type.TOPIC, run.name()), "cleanup.policy", "delete");
    run.expectOnlyWhatIsLeft();
    worker().resumeConnector(run.name());

    run.awaitExactlyOnce();
    assertThat(run.expected()).isBetween(501, all - 1_000);
  }

  private void compactOften() throws Exception {
    alter(new ConfigResource(ConfigResource.Type.BROKER, ""), "log.cleaner.backoff.ms", "200");
  }

  private void alter(ConfigResource resource, String key, String value) throws Exception {
    cluster()
        .admin()
        .incrementalAlterConfigs(
            Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry(key, value), OpType.SET))))
        .all()
        .get();
  }
}
