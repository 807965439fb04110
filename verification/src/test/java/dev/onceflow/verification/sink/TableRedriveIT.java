package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * {@code onceflow dlq} on what a real sink keeps in its database, cut off between Kafka's commit
 * and the database's.
 */
class TableRedriveIT extends OneWorkerCase {
  private static final int REJECTED = 10;
  private static final Duration SOON = Duration.ofSeconds(30);

  TableRedriveIT() {
    super(ConnectVersion.BUILT_AGAINST);
  }

  /** One whose sink has rejected ten of 570 orders, for a reason that is mended. */
  private SinkRun withRejectedOrders() throws Exception {
    SinkRun run = run(1);
    run.start(Map.of("dlq.table", "true"));
    run.produce(500);
    run.awaitExactlyOnce();
    cluster().execute(run.database(), "ALTER TABLE orders ADD CHECK (account <> 'A4') NOT VALID");
    run.produce(70);
    run.awaitApplied(560);
    Awaitility.await().atMost(SOON).until(() -> states(run).equals("new," + REJECTED));
    cluster().execute(run.database(), "ALTER TABLE orders DROP CONSTRAINT orders_account_check");
    return run;
  }

  private String states(SinkRun run) {
    return cluster()
        .query(run.database(), "SELECT state, count(*) FROM onceflow.dlq GROUP BY 1 ORDER BY 1");
  }

  private Answer dlq(SinkRun run, String command, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "dlq",
                command,
                run.name(),
                "--sink",
                run.name(),
                "--database",
                cluster().urlThroughProxy(run.database()),
                "--bootstrap-servers",
                cluster().kafka().bootstrapServers()));
    words.addAll(List.of(more));
    return Onceflow.run(words.toArray(String[]::new));
  }

  private Answer redrive(SinkRun run, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("--all", "--tables-by-version-or-event-id", "--reason", "the account is open"));
    words.addAll(List.of(more));
    return dlq(run, "redrive", words.toArray(String[]::new));
  }

  /** From here on no state of a row can be set: a process that ends behind Kafka's commit. */
  private void cutOffBehindKafka(SinkRun run) {
    cluster()
        .execute(
            run.database(),
            "CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN RAISE EXCEPTION ''cut off''; END'",
            "CREATE TRIGGER cut_off BEFORE UPDATE ON onceflow.dlq"
                + " FOR EACH ROW EXECUTE FUNCTION cut_off()");
  }

  private void mend(SinkRun run) {
    cluster().execute(run.database(), "DROP TRIGGER cut_off ON onceflow.dlq");
  }

  private List<ConsumerRecord<String, String>> committed(SinkRun run) {
    List<ConsumerRecord<String, String>> found = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                cluster().kafka().bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(run.name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
      }
    }
    return found;
  }

  /** What is wrong with the copies in the topic; empty if each is that of another dead letter. */
  private List<String> faults(SinkRun run) {
    List<String> faults = new ArrayList<>();
    Map<String, String> values = new HashMap<>();
    Set<String> copied = new HashSet<>();
    for (ConsumerRecord<String, String> record : committed(run)) {
      values.put(run.name() + "-0-" + record.offset(), record.value());
      Header from = record.headers().lastHeader("onceflow_redriven_from");
      if (from != null) {
        String origin = new String(from.value(), StandardCharsets.UTF_8);
        if (!copied.add(origin)) {
          faults.add(origin + " was sent twice");
        }
        if (!record.value().equals(values.get(origin))) {
          faults.add(origin + " has another value");
        }
      }
    }
    return faults;
  }

  private long copies(SinkRun run) {
    return committed(run).stream()
        .filter(record -> record.headers().lastHeader("onceflow_redriven_from") != null)
        .count();
  }

  @Test
  void aRedriveThatIsCutOffBetweenKafkaAndTheDatabaseSendsEachRowOnce() throws Exception {
    SinkRun run = withRejectedOrders();
    assertThat(dlq(run, "list", "--by", "code,table,partition").text())
        .contains("refused", "orders", run.name() + "-0", "10 open; none was dealt with");
    assertThat(dlq(run, "show", "--max", "1").text()).contains("reason    refused", "\"json\"");
    assertThat(redrive(run, "--dry-run").text()).contains("10 would be redriven");
    assertThat(states(run)).isEqualTo("new,10");
    cutOffBehindKafka(run);

    Answer cut = redrive(run, "--rate", "4");

    // Kafka: a copy and its decision. Table: ten new rows.
    assertThat(cut.code()).as(cut.text()).isEqualTo(2);
    assertThat(cut.text()).contains("What was decided stands in Kafka");
    assertThat(copies(run)).isEqualTo(1);
    assertThat(states(run)).isEqualTo("new,10");
    mend(run);

    Answer last = redrive(run);

    assertThat(last.code()).as(last.text()).isZero();
    assertThat(last.text())
        .contains("9 redriven, sent to " + run.name(), "1 were dealt with before");
    assertThat(faults(run)).isEmpty();
    assertThat(copies(run)).isEqualTo(REJECTED);
    assertThat(states(run)).isEqualTo("redriven,10");
    run.awaitExactlyOnce();

    // As after a restore, or a fence that was set back: the table knows of nothing.
    cluster().execute(run.database(), "UPDATE onceflow.dlq SET state = 'new'");
    assertThat(redrive(run).text()).contains("10 were dealt with before");
    assertThat(copies(run)).isEqualTo(REJECTED);
    assertThat(states(run)).isEqualTo("redriven,10");

    assertThat(dlq(run, "purge", "--delete", "--reason", "all is done").code()).isZero();
    assertThat(states(run)).isEmpty();
    Answer log =
        Onceflow.run(
            "dlq",
            "log",
            run.name(),
            "--sink",
            run.name(),
            "--bootstrap-servers",
            cluster().kafka().bootstrapServers());
    assertThat(log.text().lines()).hasSize(REJECTED).allMatch(line -> line.contains("redriven by"));
  }

  /** The control: without the decisions the same check finds a row that was sent twice. */
  @Test
  void theSameCheckCatchesARedriveThatKnowsNoDecisions() throws Exception {
    SinkRun run = withRejectedOrders();
    cutOffBehindKafka(run);
    assertThat(redrive(run, "--rate", "4").code()).isEqualTo(2);
    mend(run);
    cluster().admin().deleteTopics(List.of(run.name() + "-dlq-table-decisions")).all().get();

    Awaitility.await().atMost(SOON).until(() -> redrive(run).code() == 0);

    assertThat(faults(run)).hasSize(1).allMatch(fault -> fault.endsWith("was sent twice"));
    // The tables go by event ID and version, as the operator has said.
    run.awaitExactlyOnce();
  }
}
