package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.proxy.Fault;
import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What goes wrong between a worker, Kafka and the database, on every version of Connect. */
abstract class WorkerFaultsSuite extends OneWorkerCase {
  WorkerFaultsSuite(ConnectVersion version) {
    super(version);
  }

  @Test
  void lostRequestAndLostAnswerOfCommit() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    for (Fault fault : new Fault[] {Fault.COMMIT_REQUEST_LOST, Fault.COMMIT_ANSWER_LOST}) {
      produceInto(fault, run, 2_000);

      run.awaitExactlyOnce();
    }
  }

  @Test
  void controlLostAnswerIsAppliedTwiceByTheWeakenedSink() throws Exception {
    SinkRun run = startedRun(1, Map.of("connector.class", WEAKENED));

    produceInto(Fault.COMMIT_ANSWER_LOST, run, 2_000);

    run.awaitMoreThanOnce();
  }

  @Test
  void workerKilledBeforeItsCommitReachesTheServer() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    produceInto(Fault.COMMIT_REQUEST_STUCK, run, 2_000);

    worker().process().kill();
    // The server holds the dead worker's transaction, with the fence: as with a frozen machine.
    assertThat(run.applied()).isEqualTo(500);
    worker().restart();

    run.awaitExactlyOnce();
  }

  /** Connect's queue is at least once. What was mended takes effect, in order, and is sent once. */
  @Test
  void deadLettersThatAKilledWorkerHadReportedAreRedrivenOnceAndTakeEffect() throws Exception {
    SinkRun run = run(1);
    run.start(run.deadLetterQueue());
    run.produce(500);
    run.awaitExactlyOnce();
    // The next order is of this account, so the first batch has one that is refused.
    cluster().execute(run.database(), "ALTER TABLE orders ADD CHECK (account <> 'A4') NOT VALID");
    produceInto(Fault.COMMIT_REQUEST_STUCK, run, 70);

    worker().process().kill();
    // Queue: orders of a batch that was never committed. Tables: nothing of it.
    assertThat(run.applied()).isEqualTo(500);
    worker().restart();
    run.awaitApplied(560);
    assertThat(redrive(run, "--dry-run").text()).contains("10 would be redriven");
    cluster().execute(run.database(), "ALTER TABLE orders DROP CONSTRAINT orders_account_check");
    Answer redriven = redrive(run);

    assertThat(redriven.code()).as(redriven.text()).isZero();
    assertThat(redriven.text())
        .contains("10 redriven, sent to " + run.name())
        .containsPattern("[1-9]\\d* repeated");
    run.awaitExactlyOnce();
    assertThat(redrive(run).text()).contains("No record was decided");
  }

  private Answer redrive(SinkRun run, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "dlq",
                "redrive",
                run.name() + "-dlq",
                "--bootstrap-servers",
                cluster().kafka().bootstrapServers(),
                "--application",
                run.name(),
                "--tables-by-version-or-event-id",
                "--reason",
                "the account is open again"));
    words.addAll(List.of(more));
    return Onceflow.run(words.toArray(String[]::new));
  }

  @Test
  void workerKilledBetweenCommitAndAnswer() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    produceInto(Fault.COMMIT_ANSWER_LOST, run, 2_000);

    worker().process().kill();
    worker().restart();

    run.awaitExactlyOnce();
  }

  @Test
  void workerKilledAfterTheCommitAndBeforeKafkaKnows() throws Exception {
    SinkRun run = run(2);
    run.start();
    run.produce(2_000);
    run.awaitApplied(500);

    worker().process().kill();
    // Tables: rows that the group's offsets say nothing of. Connect will deliver them again.
    assertThat(run.committedToTheGroup()).isLessThan(run.applied());
    run.produce(1_000);
    worker().restart();

    run.awaitExactlyOnce();
  }

  @Test
  void controlKillIsSeenTwiceWithTheWeakenedSink() throws Exception {
    SinkRun run = run(2);
    run.start(Map.of("connector.class", WEAKENED));
    run.produce(2_000);
    run.awaitApplied(500);

    worker().process().kill();
    assertThat(run.committedToTheGroup()).isLessThan(run.applied());
    worker().restart();

    run.awaitMoreThanOnce();
  }

  @Test
  void databaseAwayWhilePartitionsAreAssigned() throws Exception {
    SinkRun run = run(2);
    cluster().proxy().goDown();
    worker().putConnector(run.name(), run.config(Map.of()));
    run.produce(1_000);
    worker().awaitRunning(run.name(), Duration.ofSeconds(30));
    assertThat(run.applied()).isZero();

    cluster().proxy().restore();

    run.awaitExactlyOnce();
  }

  @Test
  void databaseAwayWhileRecordsCome() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    cluster().proxy().goDown();
    run.produce(1_000);
    Awaitility.await().during(Duration.ofSeconds(3)).until(() -> run.applied() == 500);

    cluster().proxy().restore();

    run.awaitExactlyOnce();
    assertThat(worker().status(run.name()).running()).isTrue();
  }

  @Test
  void databaseThatSwallowsEverythingForAWhile() throws Exception {
    SinkRun run = startedRun(2, Map.of());
    cluster().proxy().blackHole();
    run.produce(1_000);
    Awaitility.await().during(Duration.ofSeconds(3)).until(() -> run.applied() == 500);

    cluster().proxy().restore();

    run.awaitExactlyOnce();
    assertThat(worker().status(run.name()).running()).isTrue();
  }

  @Test
  void abortedTransactionsHaveNoEffects() throws Exception {
    SinkRun run = run(2);
    run.start();

    run.produceInTransactions(20, 50);

    run.awaitExactlyOnce();
  }

  @Test
  void groupOffsetsMovedByHandMoveNothing() throws Exception {
    SinkRun run = startedRun(1, Map.of());
    for (long offset : new long[] {0, 5_000}) {
      worker().stopConnector(run.name());
      run.produce(500);
      run.moveGroupTo(offset);

      worker().resumeConnector(run.name());

      run.awaitExactlyOnce();
    }
  }

  @Test
  void controlRewoundGroupIsAppliedTwiceByTheWeakenedSink() throws Exception {
    SinkRun run = startedRun(1, Map.of("connector.class", WEAKENED));
    worker().stopConnector(run.name());
    run.moveGroupTo(0);

    worker().resumeConnector(run.name());

    run.awaitMoreThanOnce();
  }
}
