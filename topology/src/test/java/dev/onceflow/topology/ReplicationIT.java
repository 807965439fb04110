package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Preflight;
import dev.onceflow.streams.preflight.Report;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On three brokers everything must be able to lose one; here some of it can't. */
class ReplicationIT {
  private static TestingBroker brokers;
  private static Admin admin;

  @TempDir private static Path dir;

  @BeforeAll
  static void start() throws Exception {
    brokers = new TestingBroker(dir, 3);
    admin = brokers.admin();
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close(Duration.ofSeconds(5));
    brokers.close();
  }

  @Test
  void whatTheLossOfABrokerWouldLoseIsNamed() throws Exception {
    // Everything safe but the quarantine, which has one replica, and the brokers' own logs.
    for (var topic : Topics.ALL) {
      boolean safe = !topic.equals(Topics.PAYMENTS_QUARANTINE);
      Map<String, String> settings = new HashMap<>(topic.settings());
      settings.put("min.insync.replicas", safe ? "2" : "1");
      admin
          .createTopics(
              List.of(new NewTopic(topic.name(), 1, (short) (safe ? 3 : 1)).configs(settings)))
          .all()
          .get();
    }
    makeTheTransactionLog();

    Report report = report(Map.of());

    assertThat(report.refused())
        .extracting(Finding::rule)
        .containsExactlyInAnyOrder("transaction.log", "topics.replication", "internal.replication");
    assertThat(set(report, "transaction.log"))
        .isEqualTo("__consumer_offsets has replicas = 1, min.insync.replicas = 1");
    assertThat(set(report, "topics.replication"))
        .isEqualTo("payments-quarantine has replicas = 1, min.insync.replicas = 1");
    assertThat(finding(report, "topics.replication").remedy())
        .endsWith(
            "'kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name payments-quarantine --add-config min.insync.replicas=2'."
                .formatted(brokers.address()));
    assertThat(set(report, "internal.replication"))
        .isEqualTo("those to come would have replicas = 1, min.insync.replicas = 1");

    Report better = report(Map.of("replication.factor", "3", "topic.min.insync.replicas", "2"));
    assertThat(set(better, "internal.replication"))
        .isEqualTo("those to come will have replicas = 3, min.insync.replicas = 2");

    // One of the changelogs is there, and safe: the others are still to come.
    admin
        .createTopics(
            List.of(
                new NewTopic("payments-job-balances-changelog", 1, (short) 3)
                    .configs(Map.of("min.insync.replicas", "2"))))
        .all()
        .get();
    assertThat(set(report(Map.of()), "internal.replication"))
        .isEqualTo("those to come would have replicas = 1, min.insync.replicas = 1");
  }

  private static void makeTheTransactionLog() {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers.address(), "transactional.id", "any"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
    }
  }

  private static String set(Report report, String rule) {
    return finding(report, rule).set();
  }

  private static Finding finding(Report report, String rule) {
    return report.findings().stream()
        .filter(finding -> finding.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  private static Report report(Map<String, String> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("application.id", "payments-job");
    settings.put("bootstrap.servers", brokers.address());
    settings.put("state.dir", dir.resolve("state").toString());
    settings.put("schema.registry.url", "http://127.0.0.1:1");
    settings.put("dedupe.horizon.ms", "-1");
    settings.put("preflight.accept", "state.dir");
    PaymentsTopology job = new PaymentsTopology();
    JobConfig config = JobConfig.of(settings, job);
    return new Preflight(config, job, job.build(config.effective()), Clock.systemUTC())
        .check(admin);
  }
}
