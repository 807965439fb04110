package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without the rights to look, a rule is neither held nor violated. */
class PreflightRightsIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final TestingTopics topics = new TestingTopics();
  private final Admin admin = SharedBroker.admin();

  @Test
  void whatHangsOnSettingsThatMayNotBeSeenIsNotSaidToHold() throws Exception {
    topics.create(job.topics());
    topics.send(job.input(), null, "k1", "k2", "k3");
    job.coPartitioned = List.of(Set.of(job.input(), job.output()));

    allowOnly(AclOperation.READ, job.input(), job.prefix);

    Report report = preflight.report();
    assertThat(report.refused()).isEmpty();
    assertThat(report.notVisible())
        .extracting(Finding::rule)
        .containsExactlyInAnyOrder(
            "topics.settings",
            "unclean.leader.election",
            "input.timestamps",
            "dedupe.horizon",
            "output.size",
            "set.aside.size",
            "output.timestamps");
  }

  @Test
  void whatHangsOnTopicsThatMayNotBeSeenIsNotSaidToHold() throws Exception {
    topics.create(job.topics());
    job.coPartitioned = List.of(Set.of(job.input(), job.output()));

    allowOnly(AclOperation.CREATE, job.input(), job.prefix);

    Report report = preflight.report();
    assertThat(report.refused()).isEmpty();
    assertThat(report.notVisible())
        .extracting(Finding::rule)
        .contains(
            "topics.exist",
            "topics.settings",
            "topics.copartitioned",
            "input.timestamps",
            "dedupe.horizon",
            "output.size",
            "set.aside.size",
            "output.timestamps",
            "input.placement",
            "input.transactions");
  }

  // Settings may not be seen, or not even whether the topics are there.
  @ParameterizedTest
  @EnumSource(
      value = AclOperation.class,
      names = {"READ", "CREATE"})
  void whatHangsOnInternalTopicsThatMayNotBeSeenIsNotSaidToHold(AclOperation allowed)
      throws Exception {
    topics.create(job.topics());
    job.repartition = true;
    topics.create(job.changelog(), Map.of());
    topics.create(job.repartitionTopic(), Map.of());

    allowOnly(allowed, job.changelog(), "job-" + job.prefix);

    Report report = preflight.report();
    assertThat(report.refused()).isEmpty();
    assertThat(report.notVisible())
        .extracting(Finding::rule)
        .containsExactlyInAnyOrder(
            "unclean.leader.election",
            "changelog.cleanup",
            "output.size",
            "output.timestamps",
            "repartition.topic");
  }

  /** Takes all rights on topics that begin so, but one and what it implies. */
  private void allowOnly(AclOperation operation, String topic, String begin) throws Exception {
    admin
        .createAcls(
            List.of(
                new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, begin, PatternType.PREFIXED),
                    new AccessControlEntry(
                        "User:ANONYMOUS", "*", operation, AclPermissionType.ALLOW))))
        .all()
        .get();
    ConfigResource denied = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        admin
                            .describeConfigs(List.of(denied))
                            .values()
                            .get(denied)
                            .toCompletionStage()
                            .toCompletableFuture())
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(TopicAuthorizationException.class));
  }
}
