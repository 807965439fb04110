package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.OutputTopics;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.runtime.StreamsJob;
import dev.onceflow.topology.PaymentsTopology;
import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code onceflow replay reprocess} beside a live job and a live sink; what is killed is a process
 * of its own.
 */
class ReprocessCommandIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String ENTRIES = "SELECT md5(string_agg(e::text, '|' ORDER BY entry_id))";
  private static final String ENTRY_IDS =
      "SELECT string_agg(entry_id::text, ',' ORDER BY entry_id::text COLLATE \"C\") FROM ledger_entries";
  private static final String TOTALS =
      "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM merchant_daily_totals t";
  private static final String[] OF_THE_RANGE = {
    "--partition", "1", "--from-offset", "100", "--to-offset", "200"
  };
  private static final String[] TABLES = {
    "--table", "ledger_entries", "--table", "merchant_daily_totals"
  };
  private static final String CONTROL = ".control";
  private static final int EVENTS = 1_500;

  @TempDir private Path folder;

  private final List<Process> started = new ArrayList<>();
  private PaymentsPipeline pipeline;
  private Admin admin;

  /** A command that was begun, and where it says what it has to say. */
  private record Begun(Process process, Path said) {
    private String text() {
      try {
        return Files.readString(said, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String[] words(String command, String... more) {
    List<String> words =
        new ArrayList<>(List.of("replay", command, "--database", pipeline.postgres().jdbcUrl()));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private String[] reprocess(String... more) {
    List<String> words = new ArrayList<>(List.of("--all"));
    words.addAll(List.of(more));
    return reprocessOf(words.toArray(String[]::new));
  }

  private String[] reprocessOf(String... range) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--job",
                PaymentsTopology.NAME,
                "--config",
                folder.resolve("job").resolve("job.properties").toString(),
                "--connect-url",
                pipeline.worker().url(),
                "--connector",
                PaymentsPipeline.SINK,
                "--state-dir",
                folder.toString(),
                "--reason",
                "test"));
    words.addAll(List.of(range));
    return words("reprocess", words.toArray(String[]::new));
  }

  private Begun begin(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ChildJvm.ownClassPath(),
                "dev.onceflow.cli.Main"));
    command.addAll(List.of(words));
    Path said = Files.createTempFile(folder, "replay", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    started.add(process);
    return new Begun(process, said);
  }

  private String query(String sql) {
    try (Connection connection = DriverManager.getConnection(pipeline.postgres().jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(pipeline.postgres().jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void awaitWhileItRuns(Begun begun, Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              boolean holds = condition.call();
              assertThat(holds || begun.process().isAlive()).as(begun.text()).isTrue();
              return holds;
            });
  }

  /** What the names of a replay's run end with, once it was begun. */
  private String suffix(int replay) {
    boolean isThere = query("SELECT to_regclass('onceflow.replays') IS NOT NULL").equals("t");
    return isThere
        ? ".r" + query("SELECT max(run) FROM onceflow.replays WHERE id = " + replay)
        : ".none";
  }

  /** How many offsets of the input a second run of the job has committed. */
  private long reprocessed(int replay) throws Exception {
    return admin
        .listConsumerGroupOffsets(PaymentsPipeline.APPLICATION_ID + suffix(replay))
        .partitionsToOffsetAndMetadata()
        .get()
        .entrySet()
        .stream()
        .filter(offset -> offset.getKey().topic().equals(Topics.PAYMENTS.name()))
        .mapToLong(offset -> offset.getValue().offset())
        .sum();
  }

  /** How many offsets the replay's connector has passed. */
  private long reapplied() {
    return Long.parseLong(
        query("SELECT coalesce(sum(next_offset), 0) FROM onceflow.fence WHERE run <> ''"));
  }

  private Map<TopicPartition, Long> ends(String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < 4; partition++) {
      asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin.listOffsets(asked).all().get().forEach((p, end) -> ends.put(p, end.offset()));
    return ends;
  }

  /** Which record of the input a record was made of, by its header. */
  private record MadeOf(TopicPartition partition, long offset) {
    static MadeOf of(ConsumerRecord<byte[], byte[]> record) {
      String at =
          new String(
              record.headers().lastHeader(CloudEventHeaders.INPUT).value(), StandardCharsets.UTF_8);
      int dash = at.lastIndexOf('-');
      int before = at.lastIndexOf('-', dash - 1);
      int partition = Integer.parseInt(at.substring(before + 1, dash));
      return new MadeOf(
          new TopicPartition(at.substring(0, before), partition),
          Long.parseLong(at.substring(dash + 1)));
    }
  }

  /** All committed records of a topic. */
  private List<ConsumerRecord<byte[], byte[]>> records(String topic) throws Exception {
    Map<String, Object> config = new HashMap<>(pipeline.clientConfig());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<TopicPartition, Long> ends = ends(topic);
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** How many committed records of a topic were made of input at or behind some ends. */
  private long madeBehind(Map<TopicPartition, Long> inputEnds, String topic) throws Exception {
    return records(topic).stream()
        .map(MadeOf::of)
        .filter(made -> made.offset() >= inputEnds.get(made.partition()))
        .count();
  }

  @Test
  void whatAJobMadeOfItsInputComesBackWhereverTheCommandIsKilled() throws Exception {
    try (PaymentsPipeline local = new PaymentsPipeline(folder, PaymentsPipeline.Ports.ANY)) {
      pipeline = local;
      pipeline.startServers();
      try (Admin client = Admin.create(pipeline.clientConfig())) {
        admin = client;
        // Who was killed is missed sooner.
        Map<String, String> soon =
            Map.of("session.timeout.ms", "6000", "heartbeat.interval.ms", "2000");
        CompletableFuture<Void> job =
            CompletableFuture.runAsync(() -> pipeline.startJob(soon, List.of()));
        pipeline.startWorker();
        pipeline.registerSink(Map.of("consumer.override.max.poll.records", "100"));
        job.join();
        pipeline.loadSample(EVENTS, 7);
        pipeline.awaitDrained(LIMIT);
        reprocessesUnderLoad();
        Map<TopicPartition, Long> inputEnds = ends(Topics.PAYMENTS.name());
        pipeline.loadSample(100, 9);
        try (StreamsJob withoutAnEnd = control()) {
          withoutAnEnd.start();
          cancelledRunLeavesNothing();
          controlRunWithoutAnEndGoesBehindIt(inputEnds);
        }
        onlyWhatCameOfTheRangeIsApplied();
        controlWithoutTheRangeEverythingIsApplied();
        inputThatLostItsBeginningIsRefused();
      } finally {
        started.forEach(Process::destroyForcibly);
      }
    }
  }

  private void reprocessesUnderLoad() throws Exception {
    String entries = query(ENTRIES + " FROM ledger_entries e");
    Map<TopicPartition, Long> inputEnds = ends(Topics.PAYMENTS.name());
    execute("CREATE TABLE known AS SELECT entry_id FROM ledger_entries");
    execute(
        "DELETE FROM ledger_entries WHERE entry_id IN (SELECT entry_id FROM known ORDER BY entry_id LIMIT 700)");
    execute(
        "DELETE FROM account_balances WHERE account IN (SELECT account FROM account_balances ORDER BY account LIMIT 5)");

    long known = Long.parseLong(query("SELECT count(*) FROM known"));

    Answer plan = Onceflow.run(reprocess("--dry-run"));
    Begun first = begin(reprocess("--rate", "200", "--keep-topics"));
    awaitWhileItRuns(first, () -> reprocessed(1) > 200);
    first.process().destroyForcibly().waitFor();
    long atKill = reprocessed(1);
    // Behind the ends, before the next command runs.
    pipeline.loadSample(200, 8);
    Answer faster = Onceflow.run(words("rate", "1", "1000"));
    // Where no real letter lies, so that this one can be taken away again.
    TopicPartition letters =
        ends(Topics.PAYMENTS_DLQ.name()).entrySet().stream()
            .filter(end -> end.getValue() == 0)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    setAsideByTheLiveJob(letters);
    Answer otherwise = Onceflow.run(reprocess("--no-apply"));
    admin.deleteRecords(Map.of(letters, RecordsToDelete.beforeOffset(1))).all().get();
    Answer counted = Onceflow.run(reprocess("--no-apply"));
    String lost =
        query(
            "SELECT count(*) FROM known WHERE entry_id NOT IN (SELECT entry_id FROM ledger_entries)");
    Begun second = begin(reprocess());
    awaitWhileItRuns(second, () -> reapplied() > 300);
    second.process().destroyForcibly().waitFor();
    long atSecondKill = reapplied();
    Onceflow.run(words("rate", "1", "none"));
    Answer last = Onceflow.run(reprocess());
    pipeline.awaitDrained(LIMIT);

    assertThat(plan.code()).as(plan.text()).isZero();
    assertThat(plan.text())
        .contains(
            "Reprocess by job payments as payments-job.r<run>",
            "Write     ledger-entries.r<run>",
            "Write     payments-dlq.r<run>, which isn't applied",
            "Table     merchant_daily_totals (accumulate)",
            "nothing was changed");
    assertThat(atKill).isLessThan(EVENTS);
    assertThat(faster.code()).as(faster.text()).isZero();
    assertThat(otherwise.code()).as(otherwise.text()).isEqualTo(2);
    assertThat(otherwise.text())
        .contains("only the run: none; only the live job: 1: payments-0 offset 0 (made-up)");
    assertThat(counted.code()).as(counted.text()).isZero();
    assertThat(counted.text()).contains(" 700 new, ", "Nothing was applied");
    assertThat(lost).isEqualTo("700");
    assertThat(atSecondKill).isLessThan(known);
    assertThat(last.code()).as(last.text()).isZero();
    assertThat(last.text())
        .contains(
            "Before    ledger_entries: ",
            " 700 new, ",
            "After     ledger_entries: ",
            ": 0 new, ",
            "no effect of the range is missing");
    assertThat(query(ENTRIES + " FROM ledger_entries e JOIN known USING (entry_id)"))
        .isEqualTo(entries);
    // Nothing twice, nothing lost, in the rows of the new events, too.
    assertThat(pipeline.topicsAndTablesAgree()).isTrue();
    assertThat(madeBehind(inputEnds, "ledger-entries" + suffix(1))).isZero();
    assertNothingIsLeft(1);
  }

  /** As if the live job couldn't process the input's first record, and the run now can. */
  private void setAsideByTheLiveJob(TopicPartition letters) throws Exception {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(letters.topic(), letters.partition(), new byte[0], new byte[0]);
    Map.of(
            SetAside.APPLICATION, PaymentsPipeline.APPLICATION_ID,
            SetAside.TOPIC, Topics.PAYMENTS.name(),
            SetAside.PARTITION, "0",
            SetAside.OFFSET, "0",
            SetAside.REASON, "made-up")
        .forEach((name, text) -> letter.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try (var producer =
        new KafkaProducer<>(
            pipeline.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(letter).get();
    }
  }

  private void cancelledRunLeavesNothing() throws Exception {
    CompletableFuture<Answer> driven =
        CompletableFuture.supplyAsync(() -> Onceflow.run(reprocess("--rate", "20")));
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () -> {
              assertThat(driven).isNotDone();
              return reprocessed(2) > 0;
            });

    Answer cancelled = Onceflow.run(words("cancel", "2"));
    Answer ended = driven.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

    assertThat(cancelled.code()).as(cancelled.text()).isZero();
    assertThat(ended.code()).as(ended.text()).isEqualTo(1);
    assertThat(ended.text()).contains("cancelled");
    assertThat(admin.listTopics().names().get()).noneMatch(name -> name.endsWith(suffix(2)));
    assertNothingIsLeft(2);
  }

  private void assertNothingIsLeft(int replay) throws Exception {
    String run = PaymentsPipeline.APPLICATION_ID + suffix(replay);
    String connector = PaymentsPipeline.SINK + "-replay-" + suffix(replay).substring(2);
    assertThat(query("SELECT count(*) FROM onceflow.fence WHERE run <> ''")).isEqualTo("0");
    assertThatThrownBy(() -> pipeline.worker().status(connector)).hasMessageContaining("404");
    assertThat(admin.listTopics().names().get()).noneMatch(name -> name.startsWith(run));
    assertThat(admin.listGroups().all().get()).noneMatch(group -> group.groupId().startsWith(run));
    assertThat(folder.resolve("onceflow-" + run)).doesNotExist();
  }

  /** The same second run of the job, but for its end. */
  private StreamsJob control() throws Exception {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topics.ALL) {
      if (!topic.equals(Topics.PAYMENTS)) {
        topics.add(new NewTopic(topic.name() + CONTROL, 4, (short) 1).configs(topic.settings()));
      }
    }
    admin.createTopics(topics).all().get();
    Map<String, Object> settings =
        Map.of(
            "application.id",
            PaymentsPipeline.APPLICATION_ID + CONTROL,
            "bootstrap.servers",
            pipeline.kafka().bootstrapServers(),
            "schema.registry.url",
            pipeline.registry().url(),
            "state.dir",
            folder.resolve("control").toString(),
            "dedupe.horizon.ms",
            "-1",
            "preflight.accept",
            "state.dir",
            OutputTopics.SUFFIX,
            CONTROL);
    PaymentsTopology payments = new PaymentsTopology();
    return new StreamsJob(payments, JobConfig.of(settings, payments));
  }

  /** The check above can fail: without its end the same run goes on with what came since. */
  private void controlRunWithoutAnEndGoesBehindIt(Map<TopicPartition, Long> inputEnds) {
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> madeBehind(inputEnds, "ledger-entries" + CONTROL) > 0);
  }

  private static String[] both(String[] some, String... more) {
    return Stream.of(some, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private void onlyWhatCameOfTheRangeIsApplied() throws Exception {
    pipeline.awaitDrained(LIMIT);
    TopicPartition partition = new TopicPartition(Topics.PAYMENTS.name(), 1);
    String ofTheRange =
        records(Topics.LEDGER_ENTRIES.name()).stream()
            .filter(record -> MadeOf.of(record).partition().equals(partition))
            .filter(record -> MadeOf.of(record).offset() >= 100)
            .filter(record -> MadeOf.of(record).offset() < 200)
            .map(record -> CloudEventHeaders.id(record.headers()))
            .sorted()
            .collect(Collectors.joining(","));
    String totals = query(TOTALS);
    execute("CREATE TABLE saved AS TABLE ledger_entries");
    execute("DELETE FROM ledger_entries");

    Answer withRows = Onceflow.run(reprocessOf(both(OF_THE_RANGE, "--dry-run")));
    // Its state begins with the input: entries of all of it are written, up to the range's end.
    Begun begun = begin(reprocessOf(both(both(OF_THE_RANGE, TABLES), "--rate", "1000")));
    awaitWhileItRuns(begun, () -> reapplied() > 300);
    begun.process().destroyForcibly().waitFor();
    Onceflow.run(words("rate", "3", "none"));
    Answer other = Onceflow.run(reprocess(TABLES));
    Answer last = Onceflow.run(reprocessOf(both(OF_THE_RANGE, TABLES)));

    assertThat(withRows.code()).as(withRows.text()).isEqualTo(1);
    assertThat(withRows.text())
        .contains("Refused   Table account_balances has one row for all records of a key");
    assertThat(other.text()).contains("is unfinished, for other records");
    assertThat(last.code()).as(last.text()).isZero();
    assertThat(last.text())
        .contains(
            "Filter    made of payments-1 from 100 up to 200",
            "After     ledger_entries: ",
            ": 0 new, ",
            "no effect of what the filter takes of the range is missing");
    // What came of the range is there, as it was, and nothing else; what is remembered isn't
    // counted again.
    assertThat(query(ENTRY_IDS)).isNotEmpty().isEqualTo(ofTheRange);
    assertThat(query("SELECT count(*) FROM (TABLE ledger_entries EXCEPT TABLE saved) AS other"))
        .isEqualTo("0");
    assertThat(query(TOTALS)).isEqualTo(totals);
    assertNothingIsLeft(3);
  }

  /** The check above can fail: the same command for the whole input brings back everything. */
  private void controlWithoutTheRangeEverythingIsApplied() throws Exception {
    Answer all = Onceflow.run(reprocess(TABLES));

    assertThat(all.code()).as(all.text()).isZero();
    assertThat(query(ENTRIES + " FROM ledger_entries e"))
        .isEqualTo(query(ENTRIES + " FROM saved e"));
    assertThat(pipeline.topicsAndTablesAgree()).isTrue();
  }

  private void inputThatLostItsBeginningIsRefused() throws Exception {
    TopicPartition first = new TopicPartition(Topics.PAYMENTS.name(), 0);
    admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(5))).all().get();

    Answer refused = Onceflow.run(reprocess());

    assertThat(refused.code()).as(refused.text()).isEqualTo(1);
    assertThat(refused.text()).contains("Refused   payments-0 begins at offset 5");
    assertThat(query("SELECT count(*) FROM onceflow.replays")).isEqualTo("4");
  }
}
