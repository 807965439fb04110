package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.MissingTopics;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Preflight;
import dev.onceflow.streams.preflight.Report;
import dev.onceflow.streams.runtime.StreamsJob;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/**
 * A job that nothing is wrong with until a test changes it, and what preflight finds of it on the
 * shared broker.
 */
final class TestingPreflight {
  /** The job's settings; a test changes them. */
  final Map<String, Object> settings = new HashMap<>();

  /** What the settings are of; a test changes it. */
  final TestingJob job = new TestingJob();

  private final Admin admin = SharedBroker.admin();
  private final TestingTopics topics = new TestingTopics();

  TestingPreflight() {
    settings.put("application.id", job.application());
    settings.put("bootstrap.servers", SharedBroker.address());
    settings.put("state.dir", SharedBroker.newDir().resolve("state").toString());
    settings.put("topics.partitions", "2");
    // Test folders are temporary.
    settings.put("preflight.accept", "state.dir");
  }

  List<String> makeMissingTopics() {
    return MissingTopics.create(config(), job, admin);
  }

  /** As Streams makes it, but for these settings. */
  void makeChangelog(Map<String, String> more) throws ExecutionException, InterruptedException {
    Map<String, String> ofTopic = new HashMap<>(more);
    ofTopic.put("cleanup.policy", "compact");
    topics.create(job.changelog(), ofTopic);
  }

  JobConfig config() {
    return JobConfig.of(settings, job);
  }

  Preflight preflight() {
    return preflight(Duration.ZERO);
  }

  private Preflight preflight(Duration ahead) {
    JobConfig config = config();
    return new Preflight(
        config, job, job.build(config.effective()), Clock.offset(Clock.systemUTC(), ahead));
  }

  Report report() {
    return preflight().check(admin);
  }

  Finding violation(String rule) {
    return violation(rule, Duration.ZERO);
  }

  /** The finding, which is the only violation that there is. */
  Finding violation(String rule, Duration ahead) {
    Report report = preflight(ahead).check(admin);
    assertThat(report.refused()).extracting(Finding::rule).containsExactly(rule);
    return report.refused().get(0);
  }

  Finding finding(String rule) {
    return finding(rule, Duration.ZERO);
  }

  private Finding finding(String rule, Duration ahead) {
    return preflight(ahead).check(admin).findings().stream()
        .filter(finding -> finding.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  Finding.Status statusOf(String rule) {
    return statusOf(rule, Duration.ZERO);
  }

  Finding.Status statusOf(String rule, Duration ahead) {
    return finding(rule, ahead).status();
  }

  /** Runs the job as it is described now, for one record and its commit. */
  void runUntilCommitted() throws Exception {
    TopicPartition partition = new TopicPartition(job.input(), 0);
    topics.send(job.input(), 0, "k");
    long end =
        admin
            .listOffsets(Map.of(partition, OffsetSpec.latest()))
            .all()
            .get()
            .get(partition)
            .offset();
    try (StreamsJob running = new StreamsJob(job, config())) {
      running.start();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                OffsetAndMetadata committed =
                    admin
                        .listConsumerGroupOffsets(job.application())
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition);
                return committed != null && committed.offset() == end;
              });
    }
  }
}
