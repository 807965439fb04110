package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code onceflow fence} on the fences of a real sink. */
class FenceCommandIT {
  @TempDir private static Path folder;
  private static SinkCluster cluster;
  private static ConnectWorker worker;

  private SinkRun run;

  @BeforeAll
  static void start() {
    cluster = new SinkCluster(folder, ConnectVersion.BUILT_AGAINST);
    worker = cluster.startWorker();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void makeRun() throws Exception {
    run = new SinkRun(cluster, worker, 1);
  }

  @AfterEach
  void endRun() {
    worker.deleteConnector(run.name());
  }

  private Answer fence(String command, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "fence",
                command,
                "--database",
                cluster.urlThroughProxy(run.database()),
                "--sink",
                run.name()));
    words.addAll(List.of(more));
    return Onceflow.run(words.toArray(String[]::new));
  }

  private Answer change(String command, String... more) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("--topic", run.name(), "--partition", "0", "--reason", "test of " + command));
    words.addAll(List.of(more));
    return fence(command, words.toArray(String[]::new));
  }

  private String[] withKafka(String... more) {
    List<String> words =
        new ArrayList<>(List.of("--bootstrap-servers", cluster.kafka().bootstrapServers()));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private String row() {
    return cluster.query(
        run.database(), "SELECT next_offset, epoch, last_offset FROM onceflow.fence");
  }

  private String notes() {
    return cluster.query(
        run.database(),
        "SELECT command, reason, before->>'next_offset', after->>'next_offset' FROM"
            + " onceflow.fence_changes ORDER BY id");
  }

  private void applyAndStop(int records) throws Exception {
    run.start();
    run.produce(records);
    run.awaitExactlyOnce();
    worker.stopConnector(run.name());
  }

  private void restart() {
    worker.deleteConnector(run.name());
    run.start();
  }

  @Test
  void topicThatWasMadeAgainIsAccepted() throws Exception {
    applyAndStop(1_000);
    cluster.admin().deleteTopics(List.of(run.name())).all().get();
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              run.createTopic(1, Map.of());
              return true;
            });
    run.produce(300);
    worker.resumeConnector(run.name());
    assertThat(worker.awaitFailure(run.name())).contains("onceflow fence accept");
    String before = row();

    Answer listed = fence("list", withKafka());
    Answer moved = change("set", withKafka("--offset", "0"));
    Answer tried = change("accept", withKafka("--dry-run"));

    assertThat(listed.code()).isEqualTo(1);
    assertThat(listed.text()).contains("next offset 1000", "log 0 to 300", ": recreated");
    assertThat(moved.code()).isEqualTo(2);
    assertThat(moved.text()).contains("deleted and made again", "onceflow fence accept");
    assertThat(tried.code()).isZero();
    assertThat(tried.text()).contains("next offset 1000", "next offset 0", "nothing was changed");
    assertThat(row()).isEqualTo(before);

    assertThat(change("accept", withKafka()).code()).isZero();
    restart();

    // 1,000 orders of the old topic and 300 of the new one, each once.
    run.awaitExactlyOnce();
    assertThat(fence("list", withKafka("--json")).code()).isZero();
    assertThat(notes()).isEqualTo("accept,test of accept,1000,0");
  }

  @Test
  void expiredRecordsAreAcceptedAndCounted() throws Exception {
    applyAndStop(1_000);
    run.produce(500);
    cluster
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition(run.name(), 0), RecordsToDelete.beforeOffset(1_200)))
        .all()
        .get();

    Answer listed = fence("list", withKafka("--json"));
    Answer accepted = change("accept", withKafka("--json"));

    assertThat(listed.code()).isEqualTo(1);
    assertThat(listed.text())
        .contains("\"standing\" : \"expired\"", "\"start_offset\" : 1200", "\"lag\" : 500");
    assertThat(accepted.code()).isZero();
    assertThat(accepted.text()).contains("\"expired\" : 200", "\"skipped\" : 0");
    worker.resumeConnector(run.name());
    run.awaitApplied(1_300);
    assertThat(run.totals()).startsWith("1300,");
  }

  @Test
  void fenceThatIsSetBackAppliesNothingTwice() throws Exception {
    applyAndStop(1_000);

    Answer outside = change("set", withKafka("--offset", "1001"));
    Answer set = change("set", withKafka("--offset", "400"));

    assertThat(outside.code()).isEqualTo(2);
    assertThat(outside.text()).contains("Offset 1001 lies outside", "0 to 1000");
    assertThat(set.code()).isZero();
    assertThat(set.text()).contains("600 offsets are applied again");
    assertThat(row()).isEqualTo("400,2,null");
    run.produce(100);
    worker.resumeConnector(run.name());
    run.awaitExactlyOnce();
  }

  @Test
  void whatASetLeavesOutIsSaid() throws Exception {
    applyAndStop(1_000);
    run.produce(100);

    Answer set = change("set", withKafka("--offset", "latest"));

    assertThat(set.text()).contains("100 offsets are skipped");
    worker.resumeConnector(run.name());
    run.produce(50);
    run.awaitApplied(1_050);
    assertThat(run.totals()).startsWith("1050,");
  }

  @Test
  void releaseStopsATaskThatRuns() throws Exception {
    run.start(Map.of("fenced.timeout.ms", "1000"));
    run.produce(1_000);
    run.awaitExactlyOnce();

    assertThat(change("release").code()).isZero();
    run.produce(100);

    assertThat(worker.awaitFailure(run.name())).contains("onceflow fence release, by ");
    assertThat(run.applied()).isEqualTo(1_000);
    worker.restartFailedTasks(run.name());
    run.awaitExactlyOnce();
  }

  @Test
  void renamedSinkGoesOnWithWhatItRemembers() throws Exception {
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    String to = run.name() + "-renamed";
    Answer running = fence("move", "--to", to, "--reason", "test of move");
    worker.deleteConnector(run.name());

    Answer tried = fence("move", "--to", to, "--reason", "test of move", "--dry-run");
    Answer moved = fence("move", "--to", to, "--reason", "test of move");
    Answer again = fence("move", "--to", to, "--reason", "test of move");

    assertThat(running.code()).isEqualTo(2);
    assertThat(running.text()).contains("are open: delete the connector");
    assertThat(tried.code()).isZero();
    assertThat(moved.code()).isZero();
    assertThat(moved.text())
        .contains("onceflow.fence: 1 rows to sink " + to, "onceflow.floors: 1 rows");
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.text()).contains("has rows of sink " + to + " already");
    assertThat(fence("show", "--topic", run.name(), "--partition", "0").text())
        .contains("no fence any more", "move: 1000 -> no fence", "test of move");
    // Set back, all events come again: only the memory that was moved knows them.
    cluster.execute(
        run.database(), "UPDATE onceflow.fence SET next_offset = 0, last_offset = NULL");
    run.start(Map.of("sink.name", to));
    run.produce(100);
    run.awaitExactlyOnce();
    // A table that is added to the schema has to be moved, or to be history.
    assertThat(
            cluster.query(
                run.database(),
                "SELECT table_name FROM information_schema.columns WHERE table_schema = 'onceflow'"
                    + " AND column_name = 'sink' AND table_name NOT IN ('fence', 'floors',"
                    + " 'tombstones', 'dlq', 'fence_changes', 'replays')"))
        .isEmpty();
  }

  @Test
  void fenceThatIsDeletedIsMissedUntilOneIsSet() throws Exception {
    applyAndStop(1_000);

    assertThat(change("delete").code()).isZero();

    assertThat(fence("list").text()).contains("There is no such fence");
    assertThat(change("delete").text()).contains("There is no fence for " + run.name() + "-0");
    worker.resumeConnector(run.name());
    assertThat(worker.awaitFailure(run.name())).contains("onceflow fence set");
    assertThat(change("set", withKafka("--offset", "1000")).code()).isZero();
    worker.restartFailedTasks(run.name());
    run.produce(100);
    run.awaitExactlyOnce();
    assertThat(notes()).isEqualTo("delete,test of delete,1000,null set,test of set,null,1000");
  }
}
