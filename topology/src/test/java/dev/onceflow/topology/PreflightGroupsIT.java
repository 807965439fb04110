package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.preflight.Finding;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

/** The group, what it has read, and the Kafka transactions around it. */
class PreflightGroupsIT {
  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();
  private final Admin admin = SharedBroker.admin();

  @Test
  void aSessionTimeoutThatTheBrokersDoNotAllowIsNamed() throws Exception {
    topics.create(job.topics());
    settings.put("session.timeout.ms", "5000");
    assertThat(preflight.violation("session.timeout").set())
        .isEqualTo("session.timeout.ms = 5000, the brokers allow 6000 to 1800000");

    settings.put("group.protocol", "streams");
    assertThat(preflight.violation("session.timeout").set())
        .contains("group.streams.session.timeout.ms = 45000", "is not looked at");
    settings.remove("session.timeout.ms");
    assertThat(preflight.statusOf("session.timeout")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void standbysThatTheStreamsGroupDoesNotLookAtAreNamed() throws Exception {
    topics.create(job.topics());
    settings.put("group.protocol", "streams");
    settings.put("num.standby.replicas", "1");

    assertThat(preflight.violation("group.protocol").remedy())
        .contains("--entity-type groups", "--add-config streams.num.standby.replicas=1'");
  }

  @Test
  void aTopologyThatTheStreamsGroupWouldRefuseIsNamedWithTheWayToChangeIt() throws Exception {
    topics.create(job.topics());
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    settings.put("group.protocol", "streams");
    assertThat(preflight.finding("group.protocol").set()).contains("no such group");
    preflight.runUntilCommitted();
    assertThat(preflight.finding("group.protocol").set()).contains("has this topology");
    preflight.runUntilCommitted();

    // A store beside those there: fine by its state, not by the group.
    job.added = "more";
    Finding finding = preflight.violation("group.protocol");
    assertThat(finding.set())
        .isEqualTo(
            "group job-%s has another topology: job-%s-more-changelog in sub-topology 0 is new"
                .formatted(job.prefix, job.prefix));
    assertThat(finding.remedy()).contains("group.protocol=classic until it runs");

    // The way that the finding names: it keeps the offsets, and the group takes the topology.
    settings.put("group.protocol", "classic");
    preflight.runUntilCommitted();
    settings.put("group.protocol", "streams");
    assertThat(preflight.report().refused()).isEmpty();
    preflight.runUntilCommitted();
    assertThat(preflight.finding("group.protocol").set()).contains("has this topology");
  }

  @Test
  void offsetsThatExpiredBeforeTheyWereReadAreNamed() throws Exception {
    topics.create(job.topics());
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    assertThat(preflight.finding("input.position").set()).isEqualTo("nothing is committed yet");
    // One record is read, so offset 1 is committed; four more come while the job is down.
    preflight.runUntilCommitted();
    topics.send(job.input(), 0, "k", "k", "k", "k");
    deleteBelow(1);
    assertThat(preflight.statusOf("input.position"))
        .as("what was read may go")
        .isEqualTo(Finding.Status.HELD);

    deleteBelow(4);

    assertThat(preflight.violation("input.position").set())
        .isEqualTo(
            "offsets 1 to 3 of %s-0 were deleted before they were read".formatted(job.input()));
    settings.put("preflight.accept", "state.dir,input.position");
    preflight.runUntilCommitted();
    settings.put("preflight.accept", "state.dir");
    assertThat(preflight.statusOf("input.position"))
        .as("the next commit is past it")
        .isEqualTo(Finding.Status.HELD);
  }

  private void deleteBelow(long offset) throws Exception {
    admin
        .deleteRecords(
            Map.of(new TopicPartition(job.input(), 0), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  @Test
  void aTransactionTimeoutThatAnOrdinaryCommitCanReachIsNamed() throws Exception {
    topics.create(job.topics());
    settings.put("commit.interval.ms", "6000");
    assertThat(preflight.violation("transaction.timeout").remedy())
        .isEqualTo("Set producer.transaction.timeout.ms to 12000 or more.");

    settings.put("producer.transaction.timeout.ms", "900001");
    assertThat(preflight.violation("transaction.timeout").remedy())
        .isEqualTo("Set producer.transaction.timeout.ms to 900000 or less.");
  }

  @Test
  void aTransactionThatHangsOnAnInputIsNamedWithTheCommandThatEndsIt() throws Exception {
    topics.create(job.topics());
    settings.put("transactions.open.max.ms", "1");
    try (KafkaProducer<String, String> producer =
        topics.producer(Map.of("transactional.id", "tx-" + job.prefix))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(job.input(), 1, "k", "v")).get();
      assertThat(preflight.statusOf("input.transactions", Duration.ofSeconds(-5)))
          .as("a transaction that just began is an ordinary one")
          .isEqualTo(Finding.Status.HELD);

      Finding finding = preflight.violation("input.transactions", Duration.ofSeconds(5));

      assertThat(finding.set())
          .contains(job.input() + "-1 from offset 0")
          .contains("transactional.id tx-" + job.prefix)
          .contains("readers stop at offset 0");
      assertThat(finding.remedy())
          .contains("abort --topic " + job.input() + " --partition 1 --start-offset 0");
      producer.abortTransaction();
    }
    assertThat(preflight.statusOf("input.transactions")).isEqualTo(Finding.Status.HELD);
  }
}
