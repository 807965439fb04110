package dev.onceflow.verification.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.serde.AvroJson;
import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code onceflow audit}, on what a real job and a real sink have made. Each difference is seeded
 * in the table behind the sink's back, and taken back afterwards.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditIT {
  private static final int EVENTS = 2_000;
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
  private static final String AMOUNT = "\"amount_minor\":-?\\d+";
  private static final int AGREE = 0;
  private static final int DIFFER = 1;
  private static final int UNKNOWN = 2;

  @TempDir private static Path folder;
  private static PaymentsPipeline pipeline;
  private static Path connector;

  @BeforeAll
  static void fillTables() throws Exception {
    pipeline = new PaymentsPipeline(folder.resolve("pipeline"), PaymentsPipeline.Ports.ANY);
    pipeline.startServers();
    pipeline.startProcessing();
    pipeline.loadSample(EVENTS, 1);
    pipeline.awaitDrained(DRAIN_LIMIT);
    connector = connectorFile();
    execute("CREATE TABLE kept AS SELECT * FROM ledger_entries");
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @AfterEach
  void takeBack() {
    execute(
        "BEGIN; TRUNCATE ledger_entries; INSERT INTO ledger_entries SELECT * FROM kept; COMMIT");
  }

  private static Answer audit(String... words) {
    return Onceflow.run(Stream.concat(Stream.of("audit"), Stream.of(words)).toArray(String[]::new));
  }

  private static Answer auditTable(String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("table", "--connector", connector.toString()));
    args.addAll(List.of(more));
    return audit(args.toArray(String[]::new));
  }

  /** The reference connector's own configuration, with this pipeline's addresses. */
  private static Path connectorFile() throws IOException {
    String json;
    try (InputStream in =
        AuditIT.class.getResourceAsStream("/dev/onceflow/topology/payments/sink-connector.json")) {
      json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String url = pipeline.postgres().jdbcUrl();
    Path file = folder.resolve("connector.json");
    Files.writeString(
        file,
        json.replace("${kafka.bootstrap.servers}", pipeline.kafka().bootstrapServers())
            .replace("${connection.url}", url)
            .replace("${connection.user}", "payments")
            .replace("${connection.password}", "")
            .replaceFirst(
                "\\{", "{\"avro.registry.url\": \"%s\",".formatted(pipeline.registry().url())));
    return file;
  }

  private static void execute(String... statements) {
    try (Connection connection = DriverManager.getConnection(pipeline.postgres().jdbcUrl());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(String.join("; ", statements), e);
    }
  }

  private static String entry(int number) {
    return query("SELECT entry_id FROM kept ORDER BY entry_id LIMIT 1 OFFSET %d".formatted(number));
  }

  private static String query(String sql) {
    try (Connection connection = DriverManager.getConnection(pipeline.postgres().jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Test
  @Order(1)
  void whatTheSinkMadeAgrees() throws Exception {
    Answer answer = auditTable();

    assertThat(answer.text())
        .contains("Agree", "table: %s rows".formatted(query("SELECT count(*) FROM kept")))
        .doesNotContain("not compared", "not visible", "OUT OF SIGHT");
    assertThat(answer.code()).isEqualTo(AGREE);
  }

  @Test
  @Order(2)
  void everyKindOfDifferenceIsNamed() throws Exception {
    String lost = entry(10);
    String doubled = entry(20);
    String altered = entry(30);
    String amount = query("SELECT amount_minor FROM kept WHERE entry_id = '%s'".formatted(altered));
    String foreign = "01900000-0000-7000-8000-00000000feed";
    // A table without the key that would refuse the duplicate; the sink's own must keep it.
    execute(
        "CREATE TABLE tampered AS SELECT * FROM kept",
        "DELETE FROM tampered WHERE entry_id = '%s'".formatted(lost),
        "INSERT INTO tampered SELECT * FROM kept WHERE entry_id = '%s'".formatted(doubled),
        "UPDATE tampered SET amount_minor = amount_minor + 1 WHERE entry_id = '%s'"
            .formatted(altered),
        "INSERT INTO tampered SELECT (jsonb_populate_record(k, '{\"entry_id\": \"%s\"}')).* FROM kept k LIMIT 1"
            .formatted(foreign));
    Path ofTampered = folder.resolve("tampered.json");
    Files.writeString(
        ofTampered,
        Files.readString(connector)
            .replaceFirst("\\{", "{\"table.ledger_entries.target\": \"tampered\","));

    Path certificate = folder.resolve("tampered-certificate.json");
    Answer answer =
        audit(
            "table", "--connector", ofTampered.toString(), "--certificate", certificate.toString());

    assertThat(answer.code()).isEqualTo(DIFFER);
    assertThat(answer.text())
        .containsPattern("MISSING: 1\\R  %s \\(ledger-entries-\\d-\\d+\\)".formatted(lost))
        .containsPattern(
            "DUPLICATED: 1\\R  %s \\(ledger-entries-\\d-\\d+\\): 2 rows".formatted(doubled))
        .containsPattern(
            "ALTERED: 1\\R  %s \\(ledger-entries-\\d-\\d+\\): amount_minor expected %s, found %d"
                .formatted(altered, amount, Long.parseLong(amount) + 1))
        .containsPattern("FOREIGN: 1\\R  " + foreign);
    assertThat(certificate)
        .content()
        .contains(
            "\"verdict\" : \"differ\"",
            "\"missing\" : 1",
            "\"duplicated\" : 1",
            "\"altered\" : 1",
            "\"foreign\" : 1",
            lost,
            doubled,
            altered,
            foreign);
  }

  private static Answer replay(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("replay", "reapply", "--connect-url", pipeline.worker().url(), "--reason"));
    words.addAll(List.of("test", "--connector", PaymentsPipeline.SINK, "--database"));
    words.addAll(List.of(pipeline.postgres().jdbcUrl(), "--topic", "ledger-entries", "--all"));
    words.addAll(List.of(more));
    return Onceflow.run(words.toArray(String[]::new));
  }

  /** What a replay's own count can't see: it asks for event IDs, and these are all there. */
  @Test
  @Order(3)
  void aReplayEndsWithAnAudit() {
    String party = query("SELECT account FROM kept GROUP BY account ORDER BY count(*) LIMIT 1");
    String altered = entry(40);
    execute("DELETE FROM ledger_entries WHERE account = '%s'".formatted(party));
    String other =
        query("SELECT entry_id FROM kept WHERE account <> '%s' LIMIT 1".formatted(party));
    execute("DELETE FROM ledger_entries WHERE entry_id = '%s'".formatted(other));

    Answer part = replay("--key", party);
    Answer whole = replay();
    execute(
        "UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE entry_id = '%s'"
            .formatted(altered));
    Answer wrong = replay();
    String kept =
        query(
            "SELECT result #>> '{audits,ledger_entries,certificate,differences,named,0,event_id}'"
                + " FROM onceflow.replays ORDER BY id DESC LIMIT 1");
    Answer unaudited = replay("--no-audit");

    assertThat(part.text())
        .contains("1 rows are missing whose records weren't asked for; the rest agrees");
    assertThat(part.code()).isEqualTo(AGREE);
    assertThat(whole.text())
        .contains("Audit     ledger_entries: agrees with its topic, by event ID and content")
        .contains("Audit     merchant_daily_totals: not compared: ");
    assertThat(whole.code()).isEqualTo(AGREE);
    assertThat(wrong.text())
        .contains("no effect of the range is missing", "1 altered (%s)".formatted(altered));
    assertThat(wrong.code()).isEqualTo(DIFFER);
    assertThat(kept).isEqualTo(altered);
    assertThat(unaudited.text()).contains("wasn't compared").doesNotContain("Audit");
    assertThat(unaudited.code()).isEqualTo(AGREE);
  }

  @Test
  @Order(3)
  void aRecordThatTheSinkHasKeptAsideIsNotMissed() throws Exception {
    execute("DELETE FROM ledger_entries WHERE entry_id = '%s'".formatted(entry(10)));
    Answer missing = auditTable();
    Matcher place = Pattern.compile("\\(ledger-entries-(\\d)-(\\d+)\\)").matcher(missing.text());
    assertThat(place.find()).as(missing.text()).isTrue();
    execute(
        "CREATE TABLE onceflow.dlq (sink text, run text, topic text, partition int, \"offset\" bigint)",
        "INSERT INTO onceflow.dlq VALUES ('%s', '', 'ledger-entries', %s, %s)"
            .formatted(PaymentsPipeline.SINK, place.group(1), place.group(2)));
    Path withTable = folder.resolve("with-dlq-table.json");
    Files.writeString(
        withTable, Files.readString(connector).replaceFirst("\\{", "{\"dlq.table\": \"true\","));

    Answer answer = audit("table", "--connector", withTable.toString());

    execute("DROP TABLE onceflow.dlq");
    assertThat(missing.code()).isEqualTo(DIFFER);
    assertThat(answer.code()).as(answer.text()).isEqualTo(AGREE);
    assertThat(answer.text()).contains("set aside by the sink (dead letters): 1");
  }

  /** The fence goes back with the rows, so the sink begins again where the copy stands. */
  @Test
  @Order(3)
  void restoredDatabaseIsBroughtBackWithoutAReplayAndTheAuditCertifiesIt() throws Exception {
    Path copy = folder.resolve("copy");
    PostgresServer postgres = pipeline.postgres();
    long before = entries();
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(() -> pipeline.loadSample(5 * EVENTS, 4));
    Awaitility.await().atMost(DRAIN_LIMIT).until(() -> entries() > before);
    postgres.process().stop();
    postgres.backUp(copy);
    postgres.restart();
    // Only the database that went on has it.
    execute("CREATE TABLE made_after_the_copy ()");
    load.join();
    pipeline.loadSample(EVENTS, 5);
    pipeline.awaitDrained(DRAIN_LIMIT);
    long atLoss = entries();

    postgres.process().kill();
    postgres.restore(copy);
    postgres.restart();
    // Tables and fence: some of the load. Log and consumer group: all of it.
    String copied = query("SELECT to_regclass('made_after_the_copy') IS NULL");
    pipeline.awaitDrained(DRAIN_LIMIT);
    Answer answer = auditTable();
    boolean allAgree = pipeline.topicsAndTablesAgree();
    execute("DROP TABLE kept", "CREATE TABLE kept AS SELECT * FROM ledger_entries");
    execute("DELETE FROM ledger_entries WHERE entry_id = '%s'".formatted(entry(7)));
    Answer control = auditTable();

    assertThat(copied).isEqualTo("t");
    assertThat(answer.code()).as(answer.text()).isEqualTo(AGREE);
    assertThat(answer.text()).contains("table: %d rows".formatted(atLoss));
    assertThat(allAgree).isTrue();
    assertThat(control.code()).isEqualTo(DIFFER);
    assertThat(control.text()).contains("MISSING: 1", entry(7));
  }

  private static long entries() {
    return Long.parseLong(query("SELECT count(*) FROM ledger_entries"));
  }

  @Test
  @Order(4)
  void aCertificateHoldsUntilItIsTouched() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path key = pem("audit.key", "PRIVATE KEY", pair.getPrivate().getEncoded());
    Path publicKey = pem("audit.pub", "PUBLIC KEY", pair.getPublic().getEncoded());
    Path certificate = folder.resolve("certificate.json");

    Answer made = auditTable("--certificate", certificate.toString(), "--sign-key", key.toString());
    Answer valid = audit("verify", certificate.toString(), "--public-key", publicKey.toString());
    String text = Files.readString(certificate);
    Files.writeString(certificate, text.replaceFirst("\"missing\" : 0", "\"missing\" : 1"));
    Answer touched = audit("verify", certificate.toString(), "--public-key", publicKey.toString());

    assertThat(made.code()).isEqualTo(AGREE);
    assertThat(text).contains("\"verdict\" : \"agree\"");
    assertThat(valid.code()).as(valid.text()).isEqualTo(AGREE);
    assertThat(valid.text()).contains("verdict agree");
    assertThat(touched.code()).isEqualTo(DIFFER);
    assertThat(touched.text()).startsWith("NOT VALID");
  }

  private static Path pem(String name, String label, byte[] encoded) throws IOException {
    String body = Base64.getMimeEncoder().encodeToString(encoded);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, body, label));
  }

  @Test
  @Order(5)
  void whatCannotBeCheckedIsNeitherAgreementNorDifference() throws Exception {
    Answer noSink = auditTable("--sink", "another");
    Answer upsert = auditTable("--table", "account_balances");

    assertThat(noSink.code()).isEqualTo(UNKNOWN);
    assertThat(noSink.text()).contains("Sink another has no fence for topic ledger-entries");
    assertThat(upsert.code()).isEqualTo(UNKNOWN);
    assertThat(upsert.text()).contains("table.account_balances.effect", "upsert");
  }

  /** Exported decoded, edited as JSON, imported: its event takes effect. */
  @Test
  @Order(6)
  void aDeadLetterWhoseAvroIsEditedTakesEffect() throws Exception {
    ConsumerRecord<byte[], byte[]> sale = firstRecord("payments", json -> json.contains("SALE"));
    String id = EventIds.ofContent(System.currentTimeMillis(), "edited").toString();
    send(
        new ProducerRecord<>(
            "payments",
            null,
            "edited".getBytes(StandardCharsets.UTF_8),
            edited(
                sale,
                json ->
                    json.replace(new String(sale.key(), StandardCharsets.UTF_8), "edited")
                        .replace(header(sale, "ce_id"), id)
                        .replaceFirst(AMOUNT, "\"amount_minor\":-1")),
            new RecordHeaders().add("ce_id", id.getBytes(StandardCharsets.UTF_8))));
    pipeline.awaitJobDrained(DRAIN_LIMIT);
    Path file = folder.resolve("dead.jsonl");

    Answer exported = dlq("export", "--event-id", id, "--file", file.toString());
    String line = Files.readString(file);
    Files.writeString(file, line.replaceFirst(AMOUNT, "\"amount_minor\":4200"));
    Answer imported = dlq("import", "--file", file.toString(), "--reason", "it had a wrong sign");
    String entries =
        "SELECT count(*) FROM ledger_entries WHERE event_id = '%s' AND abs(amount_minor) = 4200"
            .formatted(id);
    Awaitility.await().atMost(DRAIN_LIMIT).until(() -> query(entries).equals("2"));
    pipeline.awaitDrained(DRAIN_LIMIT);
    execute("DROP TABLE kept", "CREATE TABLE kept AS SELECT * FROM ledger_entries");

    assertThat(exported.text()).contains("1 records written");
    assertThat(line).contains("\"amount_minor\":-1");
    assertThat(imported.text()).contains("1 imported, sent to payments");
    assertThat(auditTable().code()).isEqualTo(AGREE);
    assertThat(auditTopics().code()).isEqualTo(AGREE);
  }

  private static Answer dlq(String command, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "dlq",
                command,
                "payments-dlq",
                "--bootstrap-servers",
                pipeline.kafka().bootstrapServers(),
                "--schema-registry",
                pipeline.registry().url()));
    words.addAll(List.of(more));
    return Onceflow.run(words.toArray(String[]::new));
  }

  private static byte[] edited(ConsumerRecord<byte[], byte[]> record, UnaryOperator<String> edit) {
    AvroJson avro = new AvroJson(pipeline.clientConfig());
    AvroJson.Value value = avro.read(record.value()).orElseThrow();
    return avro.write(new AvroJson.Value(value.schemaId(), edit.apply(value.json())));
  }

  /** The snapshot and the fence in it: rows and records that come meanwhile are of neither side. */
  @Test
  @Order(7)
  void itAgreesWhileTheSinkWrites() throws Exception {
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(() -> pipeline.loadSample(5 * EVENTS, 2));
    List<Answer> answers = new ArrayList<>();
    while (!load.isDone()) {
      answers.add(auditTable());
    }
    load.join();
    pipeline.awaitDrained(DRAIN_LIMIT);
    answers.add(auditTable());
    execute("DROP TABLE kept", "CREATE TABLE kept AS SELECT * FROM ledger_entries");

    assertThat(answers)
        .hasSizeGreaterThan(1)
        .allSatisfy(answer -> assertThat(answer.text()).contains("Agree"));
  }

  /** What has expired is not agreed; an earlier certificate that saw it can be built on. */
  @Test
  @Order(8)
  void whatTheTopicNoLongerHoldsIsOutOfSightUnlessAnEarlierAuditSawIt() throws Exception {
    String earlier = folder.resolve("earlier.json").toString();
    assertThat(auditTable("--certificate", earlier).code()).isEqualTo(AGREE);
    pipeline.loadSample(EVENTS, 3);
    pipeline.awaitDrained(DRAIN_LIMIT);
    execute("DROP TABLE kept", "CREATE TABLE kept AS SELECT * FROM ledger_entries");
    String expired = header(firstRecord("ledger-entries", json -> true), "ce_id");
    expireRecords();

    Answer alone = auditTable();
    Answer since = auditTable("--since", earlier);
    execute(
        "DELETE FROM ledger_entries WHERE entry_id = (SELECT entry_id FROM kept ORDER BY entry_id DESC LIMIT 1)");
    Answer lost = auditTable();
    takeBack();
    execute("UPDATE ledger_entries SET amount_minor = 0 WHERE entry_id = '%s'".formatted(expired));
    Answer unseen = auditTable();
    Answer seen = auditTable("--since", earlier);

    assertThat(alone.code()).isEqualTo(AGREE);
    assertThat(alone.text())
        .containsPattern("OUT OF SIGHT: \\d+ rows")
        .contains("can't be told from theirs")
        .doesNotContain("every row its record");
    assertThat(since.code()).as(since.text()).isEqualTo(AGREE);
    assertThat(since.text()).contains("all as they were").doesNotContain("OUT OF SIGHT");
    assertThat(lost.code()).isEqualTo(DIFFER);
    assertThat(lost.text()).contains("MISSING: 1");
    assertThat(unseen.code()).isEqualTo(AGREE);
    assertThat(seen.code()).isEqualTo(DIFFER);
    assertThat(seen.text()).contains("CHANGED since the earlier certificate");
  }

  /** The first one in partition 0 whose value fits. */
  private static ConsumerRecord<byte[], byte[]> firstRecord(
      String topic, Predicate<String> fitting) {
    AvroJson avro = new AvroJson(pipeline.clientConfig());
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            pipeline.clientConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return Awaitility.await()
          .until(
              () ->
                  consumer.poll(Duration.ofMillis(100)).records(partition).stream()
                      .filter(
                          record -> fitting.test(avro.read(record.value()).orElseThrow().json()))
                      .findFirst(),
              Optional::isPresent)
          .orElseThrow();
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static void expireRecords() throws Exception {
    Map<TopicPartition, RecordsToDelete> cuts = new HashMap<>();
    for (int partition = 0; partition < 4; partition++) {
      cuts.put(new TopicPartition("ledger-entries", partition), RecordsToDelete.beforeOffset(100));
    }
    expire(cuts);
  }

  private static void expire(Map<TopicPartition, RecordsToDelete> cuts) throws Exception {
    try (Admin admin = Admin.create(pipeline.clientConfig())) {
      admin.deleteRecords(cuts).all().get();
    }
  }

  private static Answer auditTopics() throws Exception {
    return audit(
        "topics",
        "--bootstrap-servers",
        pipeline.kafka().bootstrapServers(),
        "--schema-registry",
        pipeline.registry().url(),
        "--application-id",
        PaymentsPipeline.APPLICATION_ID);
  }

  /** First the control: what the job made agrees, while records of later input stand behind it. */
  @Test
  @Order(9)
  void anOutputThatIsOneTooManyIsFoundInTheTopics() throws Exception {
    Answer before = auditTopics();
    produce("payments-rejected", "payments-0-0");
    produce("payments-rejected", "payments-0-999999999");
    Answer after = auditTopics();

    assertThat(before.text()).contains("Agree");
    assertThat(before.code()).isEqualTo(AGREE);
    assertThat(after.code()).isEqualTo(DIFFER);
    assertThat(after.text()).contains("partition 0", "DIFFERS", "DIFFER.");
  }

  /** A row is right, its record has expired, and a later record of its event says else. */
  @Test
  @Order(10)
  void aRowWhoseFirstRecordHasExpiredIsNotCalledAltered() throws Exception {
    ConsumerRecord<byte[], byte[]> first =
        firstRecord("ledger-entries", json -> !json.contains("MERCHANT"));
    long copy =
        send(
            new ProducerRecord<>(
                "ledger-entries",
                first.partition(),
                first.key(),
                edited(first, json -> json.replaceFirst(AMOUNT, "\"amount_minor\":7")),
                first.headers()));
    String fence =
        "SELECT min(next_offset) FROM onceflow.fence WHERE topic = 'ledger-entries' AND partition = "
            + first.partition();
    Awaitility.await().atMost(DRAIN_LIMIT).until(() -> Long.parseLong(query(fence)) > copy);
    Answer inSight = auditTable();
    expire(
        Map.of(
            new TopicPartition("ledger-entries", first.partition()),
            RecordsToDelete.beforeOffset(first.offset() + 1)));

    Answer expired = auditTable();
    Answer since = auditTable("--since", folder.resolve("earlier.json").toString());
    // The control: the same row, if it has changed since.
    execute(
        "UPDATE ledger_entries SET amount_minor = 0 WHERE entry_id = '%s'"
            .formatted(header(first, "ce_id")));
    Answer changed = auditTable("--since", folder.resolve("earlier.json").toString());

    assertThat(inSight.code()).as(inSight.text()).isEqualTo(AGREE);
    assertThat(expired.code()).as(expired.text()).isEqualTo(UNKNOWN);
    assertThat(expired.text())
        .contains("UNDECIDED: 1", "amount_minor expected 7, found ")
        .doesNotContain("ALTERED", "DIFFER");
    assertThat(since.code()).as(since.text()).isEqualTo(AGREE);
    assertThat(changed.code()).as(changed.text()).isEqualTo(DIFFER);
    assertThat(changed.text()).contains("CHANGED since the earlier certificate");
  }

  private static void produce(String topic, String input) throws Exception {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, new byte[0]);
    record.headers().add("onceflow_input", input.getBytes(StandardCharsets.UTF_8));
    send(record);
  }

  private static long send(ProducerRecord<byte[], byte[]> record) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            pipeline.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer.send(record).get().offset();
    }
  }
}
