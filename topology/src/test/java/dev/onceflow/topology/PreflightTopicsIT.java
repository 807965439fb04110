package dev.onceflow.topology;

import static dev.onceflow.topology.TestingJob.DAY_MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.preflight.Finding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether the topics, declared and internal, are there and lose nothing. */
class PreflightTopicsIT {
  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();

  @Test
  void missingTopicsAreNamed() throws Exception {
    topics.create(job.input(), job.inputSettings);

    assertThat(preflight.violation("topics.exist").set())
        .isEqualTo("missing: %s-dlq, %s-out".formatted(job.prefix, job.prefix));
  }

  @Test
  void aTopicThatIsNotAsDeclaredIsNamedWithTheCommandThatMendsIt() throws Exception {
    topics.create(job.topics());
    topics.set(job.output(), "cleanup.policy", "compact");

    Finding finding = preflight.violation("topics.settings");

    assertThat(finding.set())
        .isEqualTo(job.prefix + "-out has cleanup.policy = compact instead of delete");
    assertThat(finding.remedy()).contains("--add-config cleanup.policy=delete");
  }

  @Test
  void topicsThatAreReadTogetherMustHaveEquallyManyPartitions() throws Exception {
    topics.create(job.topics());
    String other = job.prefix + "-other";
    topics.create(other, Map.of(), 3);
    job.more = List.of(new JobTopic(other, JobTopic.Role.INPUT, Map.of()));
    job.coPartitioned = List.of(Set.of(job.input(), other));

    assertThat(preflight.violation("topics.copartitioned").set())
        .isEqualTo("partitions: {%s=2, %s=3}".formatted(job.input(), other));
  }

  @Test
  void uncleanElectionIsNamed() throws Exception {
    topics.create(job.topics());
    topics.set(job.output(), "unclean.leader.election.enable", "true");

    assertThat(preflight.violation("unclean.leader.election").set())
        .isEqualTo("true for " + job.output());
  }

  @Test
  void uncleanElectionOfAChangelogIsNamedToComeAndThere() throws Exception {
    topics.create(job.topics());
    settings.put("topic.unclean.leader.election.enable", "true");
    assertThat(preflight.violation("unclean.leader.election"))
        .satisfies(
            finding -> {
              assertThat(finding.set()).isEqualTo("true for internal topics to come");
              assertThat(finding.remedy())
                  .isEqualTo("Set topic.unclean.leader.election.enable=false for the job.");
            });

    settings.remove("topic.unclean.leader.election.enable");
    preflight.makeChangelog(Map.of("unclean.leader.election.enable", "true"));
    assertThat(preflight.violation("unclean.leader.election").set())
        .isEqualTo("true for " + job.changelog());
    topics.set(job.changelog(), "unclean.leader.election.enable", "false");
    assertThat(preflight.statusOf("unclean.leader.election")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void theTopicsOfAnotherJobWhoseNameBeginsAlikeAreItsOwn() throws Exception {
    topics.create(job.topics());
    topics.create(
        "job-" + job.prefix + "-eu-sums-changelog",
        Map.of("unclean.leader.election.enable", "true"));

    assertThat(preflight.statusOf("unclean.leader.election")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aChangelogThatForgetsIsNamed() throws Exception {
    topics.create(job.topics());
    for (String policy : List.of("delete", "compact,delete")) {
      settings.put("topic.cleanup.policy", policy);
      assertThat(preflight.violation("changelog.cleanup"))
          .satisfies(
              finding -> {
                assertThat(finding.set()).isEqualTo("topic.cleanup.policy = " + policy);
                assertThat(finding.remedy()).isEqualTo("Remove topic.cleanup.policy.");
              });
    }
    settings.remove("topic.cleanup.policy");
    assertThat(preflight.statusOf("changelog.cleanup")).isEqualTo(Finding.Status.HELD);

    topics.create(job.changelog(), Map.of("cleanup.policy", "delete"));
    assertThat(preflight.violation("changelog.cleanup").set())
        .isEqualTo(job.changelog() + " has cleanup.policy = delete");
    topics.set(job.changelog(), "cleanup.policy", "compact,delete");
    assertThat(preflight.violation("changelog.cleanup").remedy())
        .contains("--entity-name " + job.changelog() + " --add-config cleanup.policy=compact");
    topics.set(job.changelog(), "retention.ms", Long.toString(DAY_MS));
    assertThat(preflight.statusOf("changelog.cleanup"))
        .as("as Streams makes those of windows")
        .isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aRepartitionTopicThatWouldLoseOrRefuseRecordsIsNamed() throws Exception {
    topics.create(job.topics());
    job.repartition = true;
    String topic = job.repartitionTopic();
    assertThat(preflight.violation("repartition.topic").remedy())
        .isEqualTo("Set topic.max.message.bytes=33554432.");

    settings.put("topic.max.message.bytes", "33554432");
    assertThat(preflight.statusOf("repartition.topic")).isEqualTo(Finding.Status.HELD);
    settings.put("topic.retention.ms", "1000");
    assertThat(preflight.violation("repartition.topic").remedy())
        .isEqualTo("Set topic.retention.ms=-1.");
    settings.remove("topic.retention.ms");

    topics.create(topic, Map.of("max.message.bytes", "33554431", "retention.ms", "-1"));
    assertThat(preflight.violation("repartition.topic").set())
        .isEqualTo(topic + " takes 33554431 bytes, the producer 33554432");
    topics.set(topic, "max.message.bytes", "33554432");
    assertThat(preflight.statusOf("repartition.topic")).isEqualTo(Finding.Status.HELD);
    for (var change :
        Map.of(
                "cleanup.policy", "compact",
                "retention.bytes", "1000000",
                "message.timestamp.type", "LogAppendTime")
            .entrySet()) {
      topics.set(topic, change.getKey(), change.getValue());
      Finding finding = preflight.violation("repartition.topic");
      assertThat(finding.set()).contains(change.getKey() + " = " + change.getValue());
      assertThat(finding.remedy())
          .contains(
              "--bootstrap-server " + SharedBroker.address(),
              "--entity-name " + topic,
              "--add-config " + change.getKey() + "=");
      topics.unset(topic, change.getKey());
    }
  }
}
