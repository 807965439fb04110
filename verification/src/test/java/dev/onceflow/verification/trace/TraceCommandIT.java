package dev.onceflow.verification.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code onceflow trace} on what the whole pipeline has made. */
class TraceCommandIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String UNKNOWN = "01938f6e-7c00-7a3b-9c1d-52a4a8e0b1c2";
  private static final Pattern READ = Pattern.compile("read {4}([\\d,]+) records of 7 topics");

  @TempDir private Path folder;

  private PaymentsPipeline pipeline;
  private Path profiles;

  private Answer trace(String... words) {
    List<String> command = new ArrayList<>(List.of("trace", "--profile-file", profiles.toString()));
    command.addAll(List.of(words));
    return Onceflow.run(command.toArray(String[]::new));
  }

  private Answer traceAsAProcess(String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It runs for two seconds: the better compiler would take longer than it gains.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                ChildJvm.ownClassPath(),
                "dev.onceflow.cli.Main",
                "trace",
                "--profile-file",
                profiles.toString()));
    command.addAll(List.of(words));
    Path said = Files.createTempFile(folder, "trace", ".txt");
    Path errors = Files.createTempFile(folder, "trace", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(errors.toFile())
            .start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("onceflow trace doesn't end");
    }
    // No terminal, so no progress, and no failure either.
    assertThat(Files.readString(errors, StandardCharsets.UTF_8)).isEmpty();
    return new Answer(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    Map<String, Object> config = new HashMap<>(pipeline.clientConfig());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String key) {
    Header header = record.headers().lastHeader(key);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String at(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "-" + record.offset();
  }

  /** The event that a record was made from. */
  private static ConsumerRecord<byte[], byte[]> inputOf(
      ConsumerRecord<byte[], byte[]> made, List<ConsumerRecord<byte[], byte[]>> inputs) {
    String at = header(made, CloudEventHeaders.INPUT);
    return inputs.stream().filter(input -> at(input).equals(at)).findFirst().orElseThrow();
  }

  private static boolean isDebit(
      ConsumerRecord<byte[], byte[]> entry, ConsumerRecord<byte[], byte[]> input) {
    return EventIds.derive(id(input), "debit", 0).toString().equals(id(entry));
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return header(record, CloudEventHeaders.ID);
  }

  @Test
  void tellsOfEachEventWhatCameOfIt() throws Exception {
    try (PaymentsPipeline started = new PaymentsPipeline(folder, PaymentsPipeline.Ports.ANY)) {
      pipeline = started;
      pipeline.startServers();
      int port = FreePort.orGiven(FreePort.ANY);
      pipeline.startJob(Map.of("http.port", Integer.toString(port)), List.of());
      profiles = writeProfiles(port);
      // Its sink comes later, when there is something to be told without one.
      CompletableFuture<Void> worker = CompletableFuture.runAsync(pipeline::startWorker);
      pipeline.loadSample(2_000, 7);
      pipeline.awaitJobDrained(LIMIT);
      List<ConsumerRecord<byte[], byte[]>> inputs = records(Topics.PAYMENTS.name());
      ConsumerRecord<byte[], byte[]> entry =
          records(Topics.LEDGER_ENTRIES.name()).stream()
              .filter(each -> isDebit(each, inputOf(each, inputs)))
              .findFirst()
              .orElseThrow();
      ConsumerRecord<byte[], byte[]> applied = inputOf(entry, inputs);

      theAppliedOneIsFoundByItsArrivalAndNotStoredYet(applied, entry);
      aDuplicateIsToldFromItsFirst(inputs);
      aRejectedOneIsToldWithItsRule(inputs);
      anAlteredOneIsToldWithItsReason();
      whatIsNotThereIsNotFoundAndWhatIsNotReadIsOutOfSight(applied, inputs.size());

      worker.join();
      pipeline.registerSink(Map.of());
      pipeline.awaitDrained(LIMIT);

      theAppliedOneHasItsRowsAndItsFence(applied, entry);
      whatIsGoneIsOutOfSight(applied);
    }
  }

  private Path writeProfiles(int port) throws IOException {
    return Files.writeString(
        folder.resolve("profiles.yaml"),
        """
        profiles:
          default:
            kafka.bootstrap.servers: %s
            registry.url: %s
            database.url: %s
            job.url: http://127.0.0.1:%d
          nojob:
            kafka.bootstrap.servers: %s
        """
            .formatted(
                pipeline.kafka().bootstrapServers(),
                pipeline.registry().url(),
                pipeline.postgres().jdbcUrl(),
                port,
                pipeline.kafka().bootstrapServers()));
  }

  private void theAppliedOneIsFoundByItsArrivalAndNotStoredYet(
      ConsumerRecord<byte[], byte[]> applied, ConsumerRecord<byte[], byte[]> entry)
      throws Exception {
    Answer answer = traceAsAProcess(id(applied));

    assertThat(answer.code()).as(answer.text()).isZero();
    assertThat(answer.text())
        .contains(
            "Event " + id(applied) + ": found",
            "around the arrival that the job remembers",
            at(applied) + "  event",
            "(LogAppendTime)",
            "\"event_id\": \"" + id(applied) + "\"",
            "remembers it: applied",
            "verdict  new, and applied: 2 outputs",
            at(entry) + "  debit " + id(entry),
            "  credit ",
            "Rows with its IDs\n  none");
    assertThat(answer.text()).containsPattern("daily-total after the (debit|credit)");
  }

  private void aDuplicateIsToldFromItsFirst(List<ConsumerRecord<byte[], byte[]>> inputs) {
    Set<String> made = new HashSet<>();
    records(Topics.LEDGER_ENTRIES.name())
        .forEach(entry -> made.add(header(entry, CloudEventHeaders.INPUT)));
    ConsumerRecord<byte[], byte[]> first =
        inputs.stream()
            .filter(input -> made.contains(at(input)))
            .filter(input -> copies(input, inputs).size() == 2)
            .filter(input -> copies(input, inputs).stream().allMatch(c -> sameValue(c, input)))
            .findFirst()
            .orElseThrow();
    ConsumerRecord<byte[], byte[]> second = copies(first, inputs).get(1);

    Answer answer = trace(id(first));

    assertThat(answer.text())
        .contains(at(second) + "  event", "verdict  no output: a duplicate of " + at(first));
  }

  private static List<ConsumerRecord<byte[], byte[]>> copies(
      ConsumerRecord<byte[], byte[]> of, List<ConsumerRecord<byte[], byte[]>> inputs) {
    return inputs.stream().filter(input -> id(input).equals(id(of))).toList();
  }

  private static boolean sameValue(
      ConsumerRecord<byte[], byte[]> one, ConsumerRecord<byte[], byte[]> other) {
    return Arrays.equals(one.value(), other.value());
  }

  private void aRejectedOneIsToldWithItsRule(List<ConsumerRecord<byte[], byte[]>> inputs) {
    ConsumerRecord<byte[], byte[]> rejected = records(Topics.PAYMENTS_REJECTED.name()).get(0);

    Answer answer = trace(id(inputOf(rejected, inputs)));

    assertThat(answer.text())
        .contains(
            "remembers it: rejected",
            "verdict  new, and rejected by a rule",
            at(rejected) + "  rejected " + id(rejected),
            "\"rule\": ");
  }

  private void anAlteredOneIsToldWithItsReason() {
    ConsumerRecord<byte[], byte[]> quarantined =
        records(Topics.PAYMENTS_QUARANTINE.name()).stream()
            .filter(record -> header(record, "onceflow_reason").equals("altered"))
            .findFirst()
            .orElseThrow();

    Answer answer = trace(id(quarantined), "--json");

    assertThat(answer.text())
        .contains(
            "\"answer\" : \"found\"",
            "\"verdict\" : \"set aside in payments-quarantine, altered",
            "\"set_aside_because\" : \"altered",
            "\"outcome\" : \"");
  }

  private void whatIsNotThereIsNotFoundAndWhatIsNotReadIsOutOfSight(
      ConsumerRecord<byte[], byte[]> applied, int inputs) {
    // The sample's events happened months before they were loaded.
    Answer byItsOwnTime = trace(id(applied), "--profile", "nojob");
    Answer unknown = trace(UNKNOWN, "--all");
    Answer everything = trace(id(applied), "--profile", "nojob", "--all");

    assertThat(byItsOwnTime.code()).isEqualTo(2);
    assertThat(byItsOwnTime.text())
        .contains(": out of sight", "around the time inside the ID", "read    0 records")
        .containsPattern("offsets of payments lie outside the window");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.text()).contains(": not found", "doesn't know the ID");
    assertThat(everything.code()).isZero();
    assertThat(everything.text())
        .contains("verdict  new, and applied: 2 outputs", "no --database is given");
    Matcher read = READ.matcher(everything.text());
    assertThat(read.find()).isTrue();
    assertThat(Integer.parseInt(read.group(1).replace(",", ""))).isGreaterThan(inputs);
  }

  private void theAppliedOneHasItsRowsAndItsFence(
      ConsumerRecord<byte[], byte[]> applied, ConsumerRecord<byte[], byte[]> entry) {
    Answer answer = trace(id(applied));

    assertThat(answer.text())
        .contains(
            "public.ledger_entries  entry_id = " + id(entry),
            "\"event_id\":\"" + id(applied) + "\"",
            "public.account_balances  account = " + new String(entry.key(), StandardCharsets.UTF_8),
            "effect merchant_daily_totals of sink payments-sink: ",
            "ledger-entries-%d of sink payments-sink: next offset ".formatted(entry.partition()),
            "offset %d is applied, under epoch ".formatted(entry.offset()));
  }

  /** The control: what was found before is not "not found" once its topic has lost it. */
  private void whatIsGoneIsOutOfSight(ConsumerRecord<byte[], byte[]> applied) throws Exception {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    try (Admin admin = Admin.create(pipeline.clientConfig())) {
      records(Topics.PAYMENTS.name())
          .forEach(
              record ->
                  all.put(
                      new TopicPartition(record.topic(), record.partition()),
                      RecordsToDelete.beforeOffset(record.offset() + 1)));
      admin.deleteRecords(all).all().get();
    }

    Answer unknown = trace(UNKNOWN, "--all");
    Answer known = trace(id(applied), "--all");

    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.text()).contains("payments no longer holds its first records");
    assertThat(known.code()).isZero();
    assertThat(known.text())
        .contains("nowhere in what was read", "  debit ", "remembers it: applied");
  }
}
