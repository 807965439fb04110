package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that are not what they were when the fence was written. */
class ChangedTopicsIT extends OneWorkerCase {
  ChangedTopicsIT() {
    super(ConnectVersion.BUILT_AGAINST);
  }

  private void recreateTopic(SinkRun run) throws Exception {
    cluster().admin().deleteTopics(List.of(run.name())).all().get();
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              run.createTopic(1, Map.of());
              return true;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2_000})
  void topicMadeAgainStopsTheTaskWhetherItIsShorterOrLonger(int records) throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    worker().stopConnector(run.name());
    String before = run.totals();
    recreateTopic(run);
    run.produce(records);

    worker().resumeConnector(run.name());

    assertThat(worker().awaitFailure(run.name()))
        .contains(run.name() + "-0", "deleted and made again", "onceflow fence accept");
    assertThat(run.totals()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2_000})
  void withoutAnAdminClientTheRecordBeforeTheFenceGivesItAway(int records) throws Exception {
    SinkRun run = run(1);
    Map<String, String> unchecked =
        Map.of("topic.identity", "unchecked", "fence.initial", "earliest");
    run.start(unchecked);
    run.produce(1_000);
    run.awaitExactlyOnce();
    worker().stopConnector(run.name());
    String before = run.totals();
    recreateTopic(run);
    run.produce(records);

    worker().resumeConnector(run.name());

    assertThat(worker().awaitFailure(run.name()))
        .contains(run.name() + "-0", "was applied last", "onceflow fence accept");
    assertThat(run.totals()).isEqualTo(before);
  }

  @Test
  void recordsThatExpiredWhileTheSinkWasAwayStopIt() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    worker().stopConnector(run.name());
    run.produce(500);
    deleteRecordsBefore(run, 1_200);

    worker().resumeConnector(run.name());

    assertThat(worker().awaitFailure(run.name()))
        .contains("expired unread", "1000", "1200", "onceflow fence accept");
    assertThat(run.applied()).isEqualTo(1_000);
  }

  @Test
  void recordsThatExpiredWhileTheDatabaseWasAwayStopIt() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    cluster().proxy().goDown();
    run.produce(100); // Taken, and kept in memory until the database is back.
    Awaitility.await().during(Duration.ofSeconds(2)).until(() -> true);
    run.produce(1_000);
    deleteRecordsBefore(run, 2_000);
    cluster().proxy().restore();

    // Either Connect had fetched the lost ones already, and nothing is lost, or the gap is noticed.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                run.applied() == run.expected()
                    || worker().status(run.name()).failure().isPresent());
    if (run.applied() != run.expected()) {
      assertThat(worker().awaitFailure(run.name())).contains("expired unread");
    }
  }

  @Test
  void recordsThatExpireBehindTheFenceAreNobodysBusiness() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(1_000);
    run.awaitExactlyOnce();
    worker().stopConnector(run.name());
    deleteRecordsBefore(run, 1_000);
    run.produce(500);

    worker().resumeConnector(run.name());

    run.awaitExactlyOnce();
  }

  private void awaitLeaders(SinkRun run, int partitions) {
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () ->
                cluster()
                        .admin()
                        .describeTopics(List.of(run.name()))
                        .allTopicNames()
                        .get()
                        .get(run.name())
                        .partitions()
                        .stream()
                        .filter(partition -> partition.leader() != null)
                        .count()
                    == partitions);
  }

  private void deleteRecordsBefore(SinkRun run, long offset) throws Exception {
    cluster()
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition(run.name(), 0), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  @Test
  void partitionsThatAreAddedAreReadFromTheirBeginning() throws Exception {
    SinkRun run = run(1);
    run.start();
    run.produce(500);
    run.awaitExactlyOnce();
    cluster().admin().createPartitions(Map.of(run.name(), NewPartitions.increaseTo(4))).all().get();
    awaitLeaders(run, 4);

    // Accounts move to other partitions: the version decides, not the order of arrival.
    run.produce(2_000);

    run.awaitExactlyOnce();
    assertThat(cluster().query(run.database(), "SELECT min(version) >= 2494 FROM latest"))
        .isEqualTo("t");
  }
}
