package dev.onceflow.verification.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code onceflow dlq} as a process that is killed, on a real broker. The names of headers are
 * written out here: they are what users see.
 */
class RedriveIT {
  private static final int RECORDS = 6_000;
  private static final int KEYS = 41;
  private static final int INPUT_PARTITIONS = 3;
  private static final int DLQ_PARTITIONS = 2;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int LOOKS = 15;
  private static final long BETWEEN_LOOKS_NS = Duration.ofMillis(20).toNanos();

  private static final long FIRST_FAILED_MS = 1_700_000_000_000L;
  private static final Pattern EVENT =
      Pattern.compile("(?:unreadable|not-mended), event (e\\d+), from orders-");

  @TempDir private static Path folder;
  private static DeadLetterCluster cluster;
  private static int topics;

  private final List<ChildProcess> started = new ArrayList<>();
  private String input;
  private String dlq;

  @BeforeAll
  static void startBroker() {
    cluster = new DeadLetterCluster(folder);
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @BeforeEach
  void fill() {
    input = "orders-" + topics++;
    dlq = input + "-dlq";
    cluster.createTopic(input, INPUT_PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
    // Its records are of 2023: the broker would delete them half a minute after its start.
    cluster.createTopic(dlq, DLQ_PARTITIONS, Map.of("retention.ms", "-1"));
    cluster.produce(IntStream.range(0, RECORDS).mapToObj(this::setAside).toList());
  }

  @AfterEach
  void endCommands() {
    started.forEach(ChildProcess::kill);
  }

  private ProducerRecord<byte[], byte[]> setAside(int event) {
    int key = event % KEYS;
    RecordHeaders headers = new RecordHeaders();
    add(headers, "ce_id", "e" + event);
    add(headers, "trace", "t" + event);
    add(headers, "onceflow_reason", event % 3 == 0 ? "unreadable" : "not-mended");
    add(headers, "onceflow_detail", "as the test says");
    add(headers, "onceflow_original_topic", input);
    add(headers, "onceflow_original_partition", Integer.toString(key % INPUT_PARTITIONS));
    add(headers, "onceflow_original_offset", Integer.toString(event));
    add(headers, "onceflow_application", "orders-job");
    add(headers, "onceflow_operator", event % 5 == 0 ? "dedupe" : "parse");
    add(headers, "onceflow_attempt", "1");
    add(headers, "onceflow_first_failed", Long.toString(FIRST_FAILED_MS + event));
    return new ProducerRecord<>(
        dlq,
        key % DLQ_PARTITIONS,
        1_700_000_000_000L,
        ("k" + key).getBytes(StandardCharsets.UTF_8),
        ("order " + event).getBytes(StandardCharsets.UTF_8),
        headers);
  }

  private static void add(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  static String header(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  static int inputPartition(ConsumerRecord<byte[], byte[]> record) {
    return Integer.parseInt(header(record.headers(), "onceflow_original_partition"));
  }

  private ChildProcess redrive(String rate) {
    return start("redrive", "--all", "--reason", "it is mended", "--rate", rate);
  }

  private ChildProcess start(String command, String... more) {
    ChildProcess process = cluster.start(with(new String[] {"dlq", command, dlq}, more));
    started.add(process);
    return process;
  }

  /** In this JVM, and as fast as it goes. */
  private Answer redriveHere() {
    return cluster.run("dlq", "redrive", dlq, "--all", "--reason", "it is mended");
  }

  /** What is wrong with the input, read committed; empty if each event is there once. */
  private List<String> faults() {
    awaitMarkers();
    List<String> faults = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Map<String, Integer> lastOfKey = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : cluster.committed(input, INPUT_PARTITIONS)) {
      String id = header(record.headers(), "ce_id");
      int event = Integer.parseInt(id.substring(1));
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (!seen.add(id)) {
        faults.add(id + " was sent twice");
      } else if (lastOfKey.merge(key, event, Math::max) != event) {
        faults.add(id + " was sent behind a later one of its key");
      }
      if (!key.equals("k" + event % KEYS)
          || !new String(record.value(), StandardCharsets.UTF_8).equals("order " + event)
          || record.partition() != event % KEYS % INPUT_PARTITIONS) {
        faults.add(id + " has another key, value or partition");
      }
    }
    for (int event = 0; event < RECORDS; event++) {
      if (!seen.contains("e" + event)) {
        faults.add("e" + event + " is missing");
      }
    }
    return faults;
  }

  // A commit is answered before its markers are written, and committed readers see what it wrote.
  private void awaitMarkers() {
    await().atMost(SOON).until(() -> !isOpen(input, INPUT_PARTITIONS));
    await()
        .atMost(SOON)
        .until(() -> !cluster.exists(dlq + "-decisions") || !isOpen(dlq + "-decisions", 1));
  }

  private long sent(IsolationLevel level) {
    return cluster.end(input, INPUT_PARTITIONS, level);
  }

  private void killInTransaction(ChildProcess command, long beyond) {
    killInTransaction(command, input, INPUT_PARTITIONS, beyond);
  }

  /** Kills it once a Kafka transaction is open, beyond so many offsets of what it writes. */
  private void killInTransaction(ChildProcess command, String topic, int partitions, long beyond) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions() // The command makes its topic of decisions.
        .until(() -> cluster.end(topic, partitions, IsolationLevel.READ_UNCOMMITTED) > beyond);
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(3))
        .until(
            () -> {
              // Standing still it neither commits nor goes on while this looks.
              command.pause();
              boolean open = staysOpen(topic, partitions);
              if (!open) {
                command.resume();
              }
              return open;
            });
    command.kill();
    // Whole transactions, and behind them records that no committed reader will see.
    assertThat(isOpen(topic, partitions)).isTrue();
  }

  // A commit that was on its way when the process was stopped still ends the transaction.
  private static boolean staysOpen(String topic, int partitions) {
    for (int look = 0; look < LOOKS; look++) {
      if (!isOpen(topic, partitions)) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NS);
    }
    return true;
  }

  private static boolean isOpen(String topic, int partitions) {
    return cluster.end(topic, partitions, IsolationLevel.READ_COMMITTED)
        < cluster.end(topic, partitions, IsolationLevel.READ_UNCOMMITTED);
  }

  @Test
  void aRedriveThatIsKilledInItsTransactionIsGoneOnWithAndSendsEachRecordOnce() {
    killInTransaction(redrive("250"), 500);
    long first = sent(IsolationLevel.READ_UNCOMMITTED);
    killInTransaction(redrive("250"), first + 500);
    long second = sent(IsolationLevel.READ_UNCOMMITTED);
    assertThat(second).isLessThan(RECORDS);

    Answer last = redriveHere();

    assertThat(last.code()).as(last.text()).isZero();
    assertThat(last.text()).contains("redriven, sent to " + input, "were dealt with before");
    assertThat(faults()).isEmpty();
    ConsumerRecord<byte[], byte[]> one = cluster.committed(input, INPUT_PARTITIONS).get(0);
    assertThat(one.headers().toArray())
        .extracting(Header::key)
        .containsExactly(
            "ce_id",
            "trace",
            "onceflow_attempt",
            "onceflow_first_failed",
            "onceflow_redrives",
            "onceflow_redriven_from");
    assertThat(header(one.headers(), "onceflow_redrives")).isEqualTo("1");

    Answer again = redriveHere();
    assertThat(again.text()).contains("6,000 were dealt with before");
    assertThat(faults()).isEmpty();
    assertThat(cluster.run("dlq", "list", dlq).text()).contains("0 open; 6,000 redriven");
  }

  /** The control: what sends and commits apart is caught by the same check. */
  @Test
  void theSameCheckCatchesARedriveWithoutTransactions() {
    ChildProcess first = unsafeRedrive("2");
    // It has not committed yet: that comes after the first 500 that it was given.
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> sent(IsolationLevel.READ_UNCOMMITTED) > 100);
    first.kill();

    Answer answer = DeadLetterCluster.answer(unsafeRedrive("0"));

    assertThat(answer.code()).as(answer.text()).isZero();
    assertThat(faults())
        .isNotEmpty()
        .allMatch(
            fault -> fault.endsWith("was sent twice") || fault.contains("behind a later one"));
  }

  private ChildProcess unsafeRedrive(String pauseMs) {
    ChildProcess process =
        cluster.startMain(
            UnsafeRedrive.class.getName(),
            List.of(
                cluster.clientConfig().get("bootstrap.servers").toString(),
                dlq,
                Integer.toString(DLQ_PARTITIONS),
                input,
                pauseMs));
    started.add(process);
    return process;
  }

  /** First the counts, then what is sent: the same records, in the order of each key. */
  @Test
  void aFilterTakesItsRecordsAloneAndKeepsTheOrderOfEachKey() {
    String[] filter = {
      "--code", "unreadable",
      "--operator", "dedupe",
      "--partition", "1",
      "--from", Instant.ofEpochMilli(FIRST_FAILED_MS + 300).toString(),
      "--to", Instant.ofEpochMilli(FIRST_FAILED_MS + 1_500).toString()
    };
    List<Integer> meant =
        IntStream.range(300, 1_500)
            .filter(event -> event % 3 == 0 && event % 5 == 0)
            .filter(event -> event % KEYS % INPUT_PARTITIONS == 1)
            .boxed()
            .toList();

    Answer listed = run("list", filter);
    Answer redriven = run("redrive", with(filter, "--reason", "a test"));

    assertThat(meant).hasSizeGreaterThan(20);
    assertThat(listed.text())
        .contains("unreadable", "dedupe", meant.size() + " open; none was dealt with")
        .doesNotContain("not-mended", "parse");
    assertThat(redriven.text()).contains(meant.size() + " redriven, sent to " + input);
    assertThat(sentEvents()).containsExactlyInAnyOrderElementsOf(meant);
    assertThat(faults()).allMatch(fault -> fault.endsWith("is missing"));
    assertThat(run("list", "--by", "code,operator,partition").text())
        .contains("%,d open; %d redriven".formatted(RECORDS - meant.size(), meant.size()));
  }

  private Answer run(String command, String... more) {
    return cluster.run(with(new String[] {"dlq", command, dlq}, more));
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private List<Integer> sentEvents() {
    awaitMarkers();
    return cluster.committed(input, INPUT_PARTITIONS).stream()
        .map(record -> Integer.parseInt(header(record.headers(), "ce_id").substring(1)))
        .toList();
  }

  /** What is given up is in the log of decisions, each record once, and in no topic any more. */
  @Test
  void aPurgeThatIsKilledInItsTransactionIsGoneOnWithAndLeavesTheReasonForEachRecord() {
    ChildProcess purge =
        start("purge", "--all", "--delete", "--reason", "test data", "--rate", "250");
    killInTransaction(purge, dlq + "-decisions", 1, 500);
    // Decisions of whole chunks, and every record is still there.
    assertThat(cluster.committed(dlq, DLQ_PARTITIONS)).hasSize(RECORDS);

    Answer last = run("purge", "--all", "--delete", "--reason", "test data");

    assertThat(last.code()).as(last.text()).isZero();
    assertThat(last.text()).contains("were dealt with before");
    awaitMarkers();
    assertThat(cluster.committed(dlq, DLQ_PARTITIONS)).isEmpty();
    assertThat(cluster.committed(input, INPUT_PARTITIONS)).isEmpty();
    List<String> log = run("log").text().lines().toList();
    assertThat(log)
        .hasSize(RECORDS)
        .allMatch(line -> line.contains("purged by ") && line.endsWith(": test data"));
    Set<String> purged = new HashSet<>();
    for (String line : log) {
      Matcher event = EVENT.matcher(line);
      assertThat(event.find()).as(line).isTrue();
      purged.add(event.group(1));
    }
    assertThat(purged).hasSize(RECORDS);
  }

  @Test
  void ofTwoThatRunAtOnceTheEarlierOneStopsAndEachRecordIsSentOnce() {
    ChildProcess earlier = redrive("300");
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> sent(IsolationLevel.READ_COMMITTED) > 200);

    Answer later = redriveHere();
    Answer stopped = DeadLetterCluster.answer(earlier);

    assertThat(later.code()).as(later.text()).isZero();
    assertThat(stopped.code()).as(stopped.text()).isEqualTo(2);
    assertThat(stopped.text()).contains("Another command deals with " + dlq + " now");
    assertThat(faults()).isEmpty();
  }

  /** Kafka would forget what was decided, or has: those records would be sent once more. */
  @Test
  void nothingIsSentWhereDecisionsExpireOrHaveExpired() {
    String decisions = dlq + "-decisions";
    cluster.createTopic(decisions, 1, Map.of("cleanup.policy", "delete"));
    assertRefused(redriveHere(), decisions + " has cleanup.policy=delete, expected compact");
    cluster.set(decisions, "cleanup.policy", "compact,delete");
    assertRefused(redriveHere(), "cleanup.policy=compact,delete, expected compact");
    assertRefused(
        cluster.run("dlq", "redrive", dlq, "--all", "--reason", "r", "--dry-run"),
        "cleanup.policy=compact,delete, expected compact");

    cluster.set(decisions, "cleanup.policy", "compact");
    Answer some =
        cluster.run("dlq", "purge", dlq, "--at", "0:7", "--at", "0:8", "--reason", "tests");
    assertThat(some.code()).as(some.text()).isZero();
    cluster.set(decisions, "cleanup.policy", "delete");
    cluster.deleteBefore(decisions, 0, 1);
    cluster.set(decisions, "cleanup.policy", "compact");

    // Decisions: that about 0:8, which was behind the one that is gone.
    assertRefused(redriveHere(), decisions + "-0 begins at offset 1, expected 0");
    assertThat(sent(IsolationLevel.READ_UNCOMMITTED)).isZero();
  }

  private static void assertRefused(Answer answer, String why) {
    assertThat(answer.code()).as(answer.text()).isEqualTo(2);
    assertThat(answer.text()).contains(why);
  }

  /** Committed readers don't see the decisions behind it. */
  @Test
  void nothingIsSentWhileAForeignTransactionHidesDecisions() {
    String decisions = dlq + "-decisions";
    assertThat(cluster.run("dlq", "purge", dlq, "--at", "0:7", "--reason", "a test").code())
        .isZero();
    Runnable abort = cluster.openTransaction("somebody-else", decisions);
    try {
      assertRefused(redriveHere(), decisions + "-0 has an open Kafka transaction");
      assertThat(sent(IsolationLevel.READ_UNCOMMITTED)).isZero();
    } finally {
      abort.run();
    }

    Answer later = redriveHere();

    assertThat(later.code()).as(later.text()).isZero();
    assertThat(sentRecords()).isEqualTo(RECORDS - 1);
  }

  private int sentRecords() {
    return cluster.committed(input, INPUT_PARTITIONS).size();
  }

  /** Its decisions would speak of records that are no more, and those that are be sent again. */
  @Test
  void aTopicThatIsMadeAgainEndsTheCommandThatReadsIt() {
    ChildProcess command = redrive("300");
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> sent(IsolationLevel.READ_COMMITTED) > 200);
    command.pause();
    cluster.deleteTopic(dlq);
    cluster.createTopic(dlq, DLQ_PARTITIONS, Map.of());
    command.resume();

    Answer stopped = DeadLetterCluster.answer(command);

    assertRefused(stopped, dlq + " was made again");
    assertThat(sentRecords()).isLessThan(RECORDS);
  }
}
