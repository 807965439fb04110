package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.Main;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.process.ChildJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code onceflow replay} beside a real sink; what is killed is a process of its own. */
class ReplayCommandIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Map<String, String> SMALL_POLLS =
      Map.of("consumer.override.max.poll.records", "20");
  private static final String FENCES_OF =
      "SELECT partition, next_offset FROM onceflow.fence WHERE run = ";
  private static final String ORDERS = "SELECT * FROM orders ORDER BY id";

  @TempDir private static Path folder;
  private static SinkCluster cluster;
  private static ConnectWorker worker;

  private final List<Process> started = new ArrayList<>();
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
    run = new SinkRun(cluster, worker, 2);
  }

  @AfterEach
  void endRun() {
    started.forEach(Process::destroyForcibly);
    worker.deleteConnector(run.name());
  }

  /** A command that was begun, and where it says what it has to say. */
  private record Begun(Process process, Path said) {
    /** What it said, and its exit code. */
    Answer ended() throws Exception {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("onceflow replay doesn't end: " + text());
      }
      assertThat(text()).doesNotContain("\tat ");
      return new Answer(process.exitValue(), text());
    }

    private String text() {
      try {
        return Files.readString(said, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Answer(int code, String text) {}

  private List<String> words(String command, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("replay", command, "--database", cluster.urlThroughProxy(run.database())));
    words.addAll(List.of(more));
    return words;
  }

  private Begun begin(String command, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ChildJvm.ownClassPath(),
                "dev.onceflow.cli.Main"));
    words.addAll(words(command, more));
    Path said = Files.createTempFile(folder, "replay", ".txt");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    started.add(process);
    return new Begun(process, said);
  }

  private Answer replay(String command, String... more) {
    return run(words(command, more));
  }

  private static Answer run(List<String> words) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int code = Main.commandLine().setOut(out).setErr(out).execute(words.toArray(String[]::new));
    assertThat(said.toString()).doesNotContain("\tat ");
    return new Answer(code, said.toString());
  }

  private String[] reapply(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("--connect-url", worker.url(), "--connector", run.name(), "--reason", "test"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private String query(String sql) {
    return cluster.query(run.database(), sql);
  }

  /** How many offsets a replay has passed in all partitions; none before its fences are there. */
  private long passed() {
    return Long.parseLong(
        query("SELECT coalesce(sum(next_offset), 0) FROM onceflow.fence WHERE run <> ''"));
  }

  /** Waits until a replay has come so far; fails early where its command has ended. */
  private void awaitPassed(Begun begun, long offsets) {
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () -> {
              boolean isThere = passed() >= offsets;
              assertThat(isThere || begun.process().isAlive()).as(begun.text()).isTrue();
              return isThere;
            });
  }

  /** Waits until a command drives the replay, not only Connect. */
  private void awaitDriven() {
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                query(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 600845")
                    .equals("1"));
  }

  private String states() {
    return query("SELECT state, reason FROM onceflow.replays ORDER BY id");
  }

  private void assertNothingIsLeft() {
    assertThat(query("SELECT count(*) FROM onceflow.fence WHERE run <> ''")).isEqualTo("0");
    String connector = query("SELECT connector || '-replay-' || run FROM onceflow.replays");
    assertThat(connector).startsWith(run.name() + "-replay-1-");
    assertThatThrownBy(() -> worker.status(connector)).hasMessageContaining("404");
  }

  private void loseRows() {
    cluster.execute(
        run.database(),
        "DELETE FROM orders WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT 500)",
        "DELETE FROM latest WHERE account IN ('A1', 'A2')");
  }

  @Test
  void planCountsWhatWouldHappenAndChangesNothing() throws Exception {
    run.start();
    run.produce(700);
    run.awaitExactlyOnce();
    run.produceDelete("A3", 700);
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> query("SELECT count(*) FROM latest WHERE account = 'A3'").equals("0"));
    // As if the row had been lost before its delete: it stays deleted all the same.
    cluster.execute(run.database(), "UPDATE onceflow.tombstones SET version = NULL");
    loseRows();

    Answer plan = replay("reapply", reapply("--all", "--dry-run"));
    Answer sampled = replay("reapply", reapply("--all", "--dry-run", "--sample", "50", "--json"));
    worker.putConnector(
        run.name(), run.config(Map.of("table.latest.columns", "account,id,version")));
    Answer plain = replay("reapply", reapply("--all", "--dry-run"));
    cluster.execute(
        run.database(), "UPDATE onceflow.tombstones SET position = split_part(position, '@', 1)");
    Answer elsewhere = replay("reapply", reapply("--all", "--dry-run"));
    cluster.execute(run.database(), "DELETE FROM onceflow.tombstones");
    Answer unknown = replay("reapply", reapply("--all", "--dry-run"));
    // As if the live sink were only there yet: a replay must not run ahead of it.
    cluster.execute(run.database(), "UPDATE onceflow.fence SET next_offset = 10");
    Answer behind = replay("reapply", reapply("--all", "--dry-run"));
    Answer inACopy = planInACopy();

    assertThat(plan.code()).as(plan.text()).isZero();
    assertThat(plan.text())
        .contains(
            "701 records",
            "orders (insert, once by its key): 701 records: 500 new, 200 duplicate",
            "totals (accumulate, once by the memory of event IDs): 701 records: 0 new, 700 duplicate",
            "rows that were lost there don't come back",
            "latest (upsert, the highest version wins): 701 records: 200 new, 501 duplicate",
            "nothing was changed");
    assertThat(sampled.code()).as(sampled.text()).isEqualTo(1);
    assertThat(sampled.text()).contains("\"sampled\" : true", "must all be read, without --sample");
    // A key that other records have in the value is the record's key.
    assertThat(plain.code()).as(plain.text()).isZero();
    // The sink compares positions strictly, so the plan does.
    assertThat(elsewhere.text()).contains("Table latest: 1 deletes of the range were never");
    assertThat(unknown.code()).as(unknown.text()).isEqualTo(1);
    assertThat(unknown.text()).contains("Table latest: 1 deletes of the range were never applied");
    assertThat(behind.text()).contains("-0 from 0 up to 10", "-1 from 0 up to 10", "20 records");
    assertThat(inACopy.code()).as(inACopy.text()).isEqualTo(2);
    assertThat(inACopy.text())
        .contains("is not the one that connector " + run.name() + " writes to");
    assertThat(run.applied()).isEqualTo(200);
    assertThat(query("SELECT to_regclass('onceflow.replays') IS NULL")).isEqualTo("t");
  }

  /** Another database with that sink's fences, as a copy has them. */
  private Answer planInACopy() {
    String copy = run.database() + "_copy";
    cluster.execute("postgres", "CREATE DATABASE " + copy);
    cluster.execute(
        copy,
        "CREATE SCHEMA onceflow",
        "CREATE TABLE onceflow.fence AS SELECT '%s' AS sink, '' AS run, 0::bigint AS last_timestamp_ms"
            .formatted(run.name()));
    List<String> words = words("reapply", reapply("--all", "--dry-run"));
    words.replaceAll(
        word ->
            word.equals(cluster.urlThroughProxy(run.database()))
                ? cluster.urlThroughProxy(copy)
                : word);
    return run(words);
  }

  @Test
  void reapplyThatIsKilledWithItsWorkerGoesOnAndEndsLikeAnUndisturbedOne() throws Exception {
    run.start(SMALL_POLLS);
    run.produce(1_500);
    run.awaitExactlyOnce();
    String orders = query(ORDERS);
    loseRows();
    Begun first = begin("reapply", reapply("--all", "--rate", "50"));
    awaitPassed(first, 100);

    // Both die in the middle, while orders keep coming.
    first.process().destroyForcibly().waitFor();
    worker.process().kill();
    long atKill = passed();
    worker.restart();
    run.produce(300);
    Begun second = begin("reapply", reapply("--all"));
    awaitDriven();
    awaitPassed(second, atKill + 1);
    second.process().destroyForcibly().waitFor();
    long atSecondKill = passed();
    Answer rate = replay("rate", "1", "none");
    Answer last = replay("reapply", reapply("--all"));

    assertThat(atSecondKill).isGreaterThan(atKill).isLessThan(1_500);
    assertThat(rate.code()).as(rate.text()).isZero();
    assertThat(last.code()).as(last.text()).isZero();
    assertThat(last.text())
        .contains(
            "done",
            "Before    orders: 1,500 records: 500 new, 1,000 duplicate",
            "After     orders: 1,500 records: 0 new, 1,500 duplicate",
            "no effect of the range is missing");
    run.awaitExactlyOnce();
    assertThat(query(ORDERS)).contains(orders);
    assertThat(states()).isEqualTo("done,test");
    assertNothingIsLeft();
  }

  /** What a command leaves that is killed between two steps, made by hand: each step is there. */
  @Test
  void eachStepIsTakenOnlyWhereItIsNotDone() throws Exception {
    run.start();
    run.produce(700);
    run.awaitExactlyOnce();
    loseRows();
    String ends = query(FENCES_OF + "'' ORDER BY 1");

    // Begun, and not planned.
    Answer whole = replay("reapply", reapply("--all"));
    bring("planning", ", plan = NULL", "0");
    loseRows();
    Answer planned = replay("reapply", reapply("--all"));
    run.assertExactlyOnce();
    // Planned, and no connector; then the live one is changed.
    bring("running", "", "0");
    loseRows();
    worker.putConnector(run.name(), run.config(Map.of("dedupe.horizon.ms", "86400000")));
    Answer changed = replay("reapply", reapply("--all"));
    worker.putConnector(run.name(), run.config(Map.of()));
    Answer mended = replay("reapply", reapply("--all"));
    run.assertExactlyOnce();
    // At its end, and the connector is gone.
    bring("running", "", "next_offset");
    String stood = query(FENCES_OF + "(SELECT run FROM onceflow.replays) ORDER BY 1");
    Answer ended = replay("reapply", reapply("--all"));
    String states = states();
    // Begun, and then the log expires before it is planned.
    bring("planning", ", plan = NULL", "0");
    expire(10);
    Answer expired = replay("reapply", reapply("--all"));

    assertThat(whole.code()).as(whole.text()).isZero();
    assertThat(planned.code()).as(planned.text()).isZero();
    assertThat(planned.text()).contains("Before    orders: 700 records: 500 new");
    assertThat(changed.code()).as(changed.text()).isEqualTo(2);
    assertThat(changed.text()).contains("was changed since replay 1 was planned");
    assertThat(mended.code()).as(mended.text()).isZero();
    assertThat(stood).isEqualTo(ends);
    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(states).isEqualTo("done,test");
    assertThat(expired.code()).as(expired.text()).isEqualTo(1);
    assertThat(expired.text()).contains("-0 begins behind 0 by now", "has expired since");
    assertThat(states()).isEqualTo("refused,test");
    assertNothingIsLeft();
  }

  private void expire(long offset) throws Exception {
    Map<TopicPartition, RecordsToDelete> cuts = new HashMap<>();
    for (int partition = 0; partition < 2; partition++) {
      cuts.put(new TopicPartition(run.name(), partition), RecordsToDelete.beforeOffset(offset));
    }
    cluster.admin().deleteRecords(cuts).all().get();
  }

  /** That the rest is still lost, and counted as such, shows that the connector has the filter. */
  @Test
  void filteredReplayBringsBackOnlyWhatItWasAskedFor() throws Exception {
    run.start();
    run.produce(700);
    run.awaitExactlyOnce();
    loseRows();
    String lost = "SELECT account, 100 - count(*) FROM orders GROUP BY account ORDER BY account";

    Answer nobody = replay("reapply", reapply("--all", "--key", "A", "--dry-run"));
    Answer inParts = replay("reapply", reapply("--all", "--only", "field:account=A1", "--dry-run"));
    Answer keyed = replay("reapply", reapply("--all", "--key", "A1"));
    String afterKeyed = query(lost);
    worker.putConnector(
        run.name(),
        run.config(
            Map.of("table.latest.columns", "account,id,version", "table.latest.delete", "false")));
    Answer byField = replay("reapply", reapply("--all", "--only", "field:account=A2"));
    String afterField = query(lost);
    Answer rest = replay("reapply", reapply("--all", "--dry-run"));

    assertThat(nobody.code()).as(nobody.text()).isEqualTo(1);
    assertThat(nobody.text()).contains("No record of the range meets the filter (key A)");
    assertThat(inParts.code()).as(inParts.text()).isEqualTo(1);
    assertThat(inParts.text()).contains("Table latest has one row for all records of a key");
    assertThat(keyed.code()).as(keyed.text()).isZero();
    assertThat(keyed.text())
        .contains(
            "Filter    key A1: 100 records taken, 600 left out",
            "Before    orders: 100 records: 72 new, 28 duplicate",
            "After     orders: 100 records: 0 new, 100 duplicate");
    assertThat(afterKeyed).isEqualTo("A0,71 A1,0 A2,72 A3,72 A4,71 A5,71 A6,71");
    assertThat(byField.code()).as(byField.text()).isZero();
    assertThat(byField.text()).contains("Filter    field:account=A2: 100 records taken");
    assertThat(afterField).isEqualTo("A0,71 A1,0 A2,0 A3,72 A4,71 A5,71 A6,71");
    assertThat(rest.text()).contains(": 700 records: 356 new, 344 duplicate");
  }

  /** Brings back the row and the fences of the replay that is over. */
  private void bring(String state, String more, String offset) {
    cluster.execute(
        run.database(),
        "UPDATE onceflow.replays SET state = '%s', finished_at = NULL, result = NULL%s"
            .formatted(state, more),
        "INSERT INTO onceflow.fence (sink, run, topic, partition, next_offset, epoch, owner, topic_id)"
            + " SELECT sink, (SELECT run FROM onceflow.replays), topic, partition, %s, 0, 'test', topic_id FROM onceflow.fence"
                .formatted(offset));
  }

  /** The check above can fail: what has no memory in common with the live sink counts twice. */
  @Test
  void controlConnectorWithAMemoryOfItsOwnCountsTwice() throws Exception {
    run.start();
    run.produce(500);
    run.awaitExactlyOnce();
    String again = run.name() + "-again";

    worker.putConnector(again, run.config(Map.of("sink.name", again)));

    run.awaitMoreThanOnce();
    assertThatThrownBy(run::assertExactlyOnce).isInstanceOf(AssertionError.class);
    worker.deleteConnector(again);
  }

  @Test
  void pausedReplayStandsStillAndACancelledOneNeverGoesOn() throws Exception {
    Map<String, String> changes = new HashMap<>(SMALL_POLLS);
    changes.put("topic.identity", "unchecked");
    changes.put("fence.initial", "earliest");
    run.start(changes);
    run.produce(2_500);
    run.awaitExactlyOnce();
    Begun driven = begin("reapply", reapply("--all", "--rate", "40"));
    awaitPassed(driven, 1);
    // As the live sink, whose deletes would have other positions otherwise.
    assertThat(query("SELECT count(topic_id) FROM onceflow.fence")).isEqualTo("0");

    Answer other = replay("reapply", reapply("--partition", "0", "--all"));
    Answer twice = replay("reapply", reapply("--all"));
    assertThat(replay("pause", "1").code()).isZero();
    // What was polled when it was told may still come.
    Awaitility.await()
        .during(Duration.ofSeconds(2))
        .atMost(LIMIT)
        .until(this::passed, new StandsStill()::test);
    assertThat(replay("resume", "1").code()).isZero();
    long stood = passed();
    awaitPassed(driven, stood + 1);
    Answer cancelled = replay("cancel", "1");
    Answer ended = driven.ended();

    assertThat(other.code()).isEqualTo(2);
    assertThat(other.text()).contains("Replay 1 of sink", "for other records");
    assertThat(twice.text()).contains("Another process drives replay 1");
    assertThat(cancelled.code()).isZero();
    assertThat(ended.code()).as(ended.text()).isEqualTo(1);
    assertThat(states()).isEqualTo("cancelled,test");
    assertNothingIsLeft();
    run.assertExactlyOnce();
  }

  /** Whether a number is the one that it was the last time. */
  private static final class StandsStill {
    private long before = -1;

    boolean test(long now) {
      boolean isSame = now == before;
      before = now;
      return isSame;
    }
  }

  @Test
  void rangePastTheHorizonIsRefusedWithTheWayToDoIt() throws Exception {
    run.start(Map.of("dedupe.horizon.ms", "1000"));
    run.produce(100);
    run.awaitExactlyOnce();
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                query(
                        "SELECT min(to_timestamp(last_timestamp_ms / 1e3)) < now() - interval '2 s' FROM onceflow.fence")
                    .equals("t"));

    Answer refused = replay("reapply", reapply("--all"));

    assertThat(refused.code()).as(refused.text()).isEqualTo(1);
    assertThat(refused.text())
        .contains("Table totals counts each event once", "dedupe.horizon.ms", "To rebuild");
    assertThat(states()).isEqualTo("refused,test");
    assertThat(query("SELECT count(*) FROM onceflow.fence WHERE run <> ''")).isEqualTo("0");
  }
}
