package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.MissingTopics;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Preflight;
import dev.onceflow.streams.preflight.Report;
import dev.onceflow.streams.runtime.StreamsJob;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each rule against a real broker: held as it should be, violated by the one thing that breaks it.
 */
class PreflightIT {
  private static final long DAY_MS = 86_400_000L;
  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestingBroker broker;
  private static Admin admin;

  @TempDir private static Path brokerDir;
  @TempDir private Path dir;

  private final Map<String, Object> settings = new HashMap<>();
  private String prefix;
  private TestingJob job;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new TestingBroker(brokerDir);
    admin = broker.admin();
  }

  @AfterAll
  static void stopBroker() throws Exception {
    admin.close(Duration.ofSeconds(5));
    broker.close();
  }

  @BeforeEach
  void describeJob() {
    prefix = UUID.randomUUID().toString().substring(0, 8);
    job = new TestingJob(prefix);
    settings.put("application.id", "job-" + prefix);
    settings.put("bootstrap.servers", broker.address());
    settings.put("state.dir", dir.resolve("state").toString());
    settings.put("topics.partitions", "2");
    // Test folders are temporary.
    settings.put("preflight.accept", "state.dir");
  }

  @Test
  void aJobWhoseTopicsItMadeItselfHoldsEveryRule() {
    List<String> created = MissingTopics.create(config(), job, admin);

    Report report = report();

    assertThat(created).hasSize(3);
    assertThat(report.findings()).as("as many as the documents say").hasSize(32);
    assertThat(report.refused()).isEmpty();
    assertThat(report.notVisible())
        .as("nobody has sent anything yet")
        .extracting(Finding::rule)
        .containsExactly("input.placement");
    assertThat(report.acceptedViolations()).extracting(Finding::rule).containsExactly("state.dir");
    assertThat(MissingTopics.create(config(), job, admin)).isEmpty();
  }

  @Test
  void missingTopicsAreNamed() throws Exception {
    create(job.input(), job.inputSettings);

    assertThat(violation("topics.exist").set())
        .isEqualTo("missing: %s-dlq, %s-out".formatted(prefix, prefix));
  }

  @Test
  void aTopicThatIsNotAsDeclaredIsNamedWithTheCommandThatMendsIt() throws Exception {
    createAll();
    set(prefix + "-out", "cleanup.policy", "compact");

    Finding finding = violation("topics.settings");

    assertThat(finding.set())
        .isEqualTo(prefix + "-out has cleanup.policy = compact instead of delete");
    assertThat(finding.remedy()).contains("--add-config cleanup.policy=delete");
  }

  @Test
  void timestampsOfProducersAreRefusedWhereEventIdsAreForgotten() throws Exception {
    job.inputSettings = Map.of();
    createAll();
    assertThat(violation("input.timestamps").set()).contains("CreateTime", job.input());

    job.horizonMs = -1;
    assertThat(statusOf("input.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anInputThatIsKeptLongerThanItsEventIdsIsNamed() throws Exception {
    createAll();
    long sweepMs = 3_600_000;
    job.horizonMs = 14 * DAY_MS + sweepMs - 1;
    Finding finding = violation("dedupe.horizon");
    assertThat(finding.set())
        .as("a segment goes once its newest record does: the oldest is up to segment.ms older")
        .endsWith(
            "is kept for up to 1213200000 ms: retention.ms = 604800000, segment.ms = 604800000,"
                + " and an hour until the brokers look");
    assertThat(finding.remedy())
        .startsWith("Set dedupe.horizon.ms=1213200000, or lower retention.ms and segment.ms of ");
    job.horizonMs = 14 * DAY_MS + sweepMs;
    assertThat(statusOf("dedupe.horizon")).isEqualTo(Finding.Status.HELD);
    job.horizonMs = 8 * DAY_MS + sweepMs;
    set(job.input(), "segment.ms", Long.toString(DAY_MS));
    assertThat(statusOf("dedupe.horizon")).isEqualTo(Finding.Status.HELD);
    set(job.input(), "retention.ms", "-1");
    assertThat(violation("dedupe.horizon").set()).contains("forever");

    job.horizonMs = -1;
    assertThat(statusOf("dedupe.horizon")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aDeadLetterTopicThatCanNotTakeTheLargestInputIsNamed() throws Exception {
    job.deadLetterBytesMax = "33554431";
    createAll();
    assertThat(violation("set.aside.size"))
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .isEqualTo(prefix + "-dlq takes 33554431 bytes, the producer 33554432");
              assertThat(finding.remedy())
                  .contains("max.message.bytes=33554432", "max.request.size to 33554431");
            });
    settings.put("max.request.size", "33554431");
    assertThat(statusOf("set.aside.size")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aProducerThatCanNotSetTheLargestInputAsideIsNamed() throws Exception {
    createAll();
    set(job.input(), "max.message.bytes", "3000000");
    settings.put("max.request.size", "3032767");
    assertThat(violation("set.aside.size"))
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .isEqualTo("the producer takes 3032767 bytes, the inputs 3000000");
              assertThat(finding.remedy()).endsWith("to 3032768 or more.");
            });

    settings.put("max.request.size", "3032768");
    assertThat(statusOf("set.aside.size")).isEqualTo(Finding.Status.HELD);
    settings.put("producer.buffer.memory", "3032767");
    assertThat(violation("set.aside.size").set()).startsWith("the producer takes 3032767 bytes");
  }

  @Test
  void anOutputThatTakesLessThanAnEventMayLeadToIsNamed() throws Exception {
    createAll();
    settings.put("output.bytes.max", "1048589");

    assertThat(violation("output.size").set())
        .isEqualTo(prefix + "-out takes 1048588 bytes, output.bytes.max = 1048589");
  }

  @Test
  void anOutputThatTheProducerWouldRefuseIsNamed() throws Exception {
    createAll();
    settings.put("producer.max.request.size", "999999");
    settings.put("preflight.accept", "state.dir,set.aside.size");

    assertThat(violation("output.size").set())
        .isEqualTo("the producer takes 999999 bytes, output.bytes.max = 1000000");
  }

  @Test
  void aChangelogThatTakesLessThanAnEventMayLeadToIsNamed() throws Exception {
    createAll();
    settings.put("topic.max.message.bytes", "999999");
    assertThat(violation("output.size"))
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .isEqualTo(
                      "internal topics to come would take 999999 bytes, output.bytes.max ="
                          + " 1000000");
              assertThat(finding.remedy()).endsWith("or set topic.max.message.bytes=1000000.");
            });

    createChangelog(Map.of("max.message.bytes", "999999"));
    assertThat(violation("output.size").set())
        .isEqualTo(changelog() + " takes 999999 bytes, output.bytes.max = 1000000");
    set(changelog(), "max.message.bytes", "1000000");
    assertThat(statusOf("output.size")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void topicsThatAreReadTogetherMustHaveEquallyManyPartitions() throws Exception {
    createAll();
    String other = prefix + "-other";
    create(other, Map.of(), 3);
    job.more = List.of(new JobTopic(other, JobTopic.Role.INPUT, Map.of()));
    job.coPartitioned = List.of(Set.of(job.input(), other));

    assertThat(violation("topics.copartitioned").set())
        .isEqualTo("partitions: {%s=2, %s=3}".formatted(job.input(), other));
  }

  @Test
  void anOutputThatTakesTimestampsLessFarAheadThanTheInputIsNamed() throws Exception {
    job.horizonMs = -1;
    job.inputSettings = Map.of("message.timestamp.after.max.ms", Long.toString(DAY_MS));
    createAll();
    settings.put("topic.message.timestamp.after.max.ms", Long.toString(DAY_MS));
    set(prefix + "-dlq", "message.timestamp.after.max.ms", Long.toString(DAY_MS));

    Finding finding = violation("output.timestamps");

    assertThat(finding.set())
        .isEqualTo(
            prefix
                + "-out has message.timestamp.after.max.ms = 3600000; the inputs' records may be"
                + " ahead of the clock by 86400000 ms, behind it by any time");
    assertThat(finding.remedy())
        .isEqualTo(
            "'kafka-configs.sh --bootstrap-server "
                + broker.address()
                + " --alter --entity-type topics --entity-name "
                + prefix
                + "-out --add-config message.timestamp.after.max.ms=86400000'.");
    set(prefix + "-out", "message.timestamp.after.max.ms", Long.toString(DAY_MS));
    assertThat(statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anOutputThatTakesYoungerRecordsThanTheInputKeepsIsNamed() throws Exception {
    createAll();
    set(prefix + "-dlq", "message.timestamp.before.max.ms", Long.toString(DAY_MS));
    set(job.input(), "segment.ms", Long.toString(DAY_MS));

    assertThat(violation("output.timestamps").set())
        .startsWith(prefix + "-dlq has message.timestamp.before.max.ms = 86400000;")
        .as("7 days of retention, one of the segment, and an hour")
        .endsWith("ahead of the clock by 0 ms, behind it by 694800000 ms");

    set(prefix + "-dlq", "message.timestamp.before.max.ms", "694800000");
    assertThat(statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void anInternalTopicThatTakesTimestampsLessFarAheadThanTheInputIsNamed() throws Exception {
    job.horizonMs = -1;
    job.inputSettings = Map.of("message.timestamp.after.max.ms", Long.toString(DAY_MS));
    MissingTopics.create(config(), job, admin);

    assertThat(violation("output.timestamps"))
        .as("it would be made with the brokers' default")
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .startsWith(
                      "internal topics to come would have message.timestamp.after.max.ms ="
                          + " 3600000;");
              assertThat(finding.remedy())
                  .isEqualTo("Set topic.message.timestamp.after.max.ms=86400000 for the job.");
            });

    settings.put("topic.message.timestamp.after.max.ms", Long.toString(DAY_MS));
    assertThat(statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
    createChangelog(Map.of());
    assertThat(violation("output.timestamps").set())
        .as("Streams leaves a topic that is there as it is")
        .startsWith(changelog() + " has message.timestamp.after.max.ms = 3600000;");
    set(changelog(), "message.timestamp.after.max.ms", Long.toString(DAY_MS));
    assertThat(statusOf("output.timestamps")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void topicsThatTheJobMakesTakeTheTimestampsOfAnInputThatWasThereBefore() throws Exception {
    job.horizonMs = -1;
    create(job.input(), Map.of("message.timestamp.after.max.ms", Long.toString(DAY_MS)));
    job.inputSettings = Map.of();
    settings.put("topic.message.timestamp.after.max.ms", Long.toString(DAY_MS));

    assertThat(MissingTopics.create(config(), job, admin)).hasSize(2);

    assertThat(report().refused()).isEmpty();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "acks", "all"),
            new StringSerializer(),
            new StringSerializer())) {
      long ahead = System.currentTimeMillis() + DAY_MS / 2;
      assertThat(producer.send(new ProducerRecord<>(prefix + "-out", 0, ahead, "k", "v")))
          .as("the broker takes what it takes on the input")
          .succeedsWithin(Duration.ofSeconds(30));
      create(prefix + "-other", Map.of());
      assertThat(producer.send(new ProducerRecord<>(prefix + "-other", 0, ahead, "k", "v")))
          .as("and refuses it on a topic that was not made for it")
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(InvalidTimestampException.class);
    }
  }

  @Test
  void aTransactionTimeoutThatAnOrdinaryCommitCanReachIsNamed() throws Exception {
    createAll();
    settings.put("commit.interval.ms", "6000");
    assertThat(violation("transaction.timeout").remedy())
        .isEqualTo("Set producer.transaction.timeout.ms to 12000 or more.");

    settings.put("producer.transaction.timeout.ms", "900001");
    assertThat(violation("transaction.timeout").remedy())
        .isEqualTo("Set producer.transaction.timeout.ms to 900000 or less.");
  }

  @Test
  void aSessionTimeoutThatTheBrokersDoNotAllowIsNamed() throws Exception {
    createAll();
    settings.put("session.timeout.ms", "5000");
    assertThat(violation("session.timeout").set())
        .isEqualTo("session.timeout.ms = 5000, the brokers allow 6000 to 1800000");

    settings.put("group.protocol", "streams");
    assertThat(violation("session.timeout").set())
        .contains("group.streams.session.timeout.ms = 45000", "is not looked at");
    settings.remove("session.timeout.ms");
    assertThat(statusOf("session.timeout")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aTopologyThatTheStreamsGroupWouldRefuseIsNamedWithTheWayToChangeIt() throws Exception {
    createAll();
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    settings.put("group.protocol", "streams");
    assertThat(findings("group.protocol", Duration.ZERO).set()).contains("no such group");
    runUntilCommitted();
    assertThat(findings("group.protocol", Duration.ZERO).set()).contains("has this topology");
    runUntilCommitted();

    // A store beside those there: fine by its state, not by the group.
    job.added = "more";
    Finding finding = violation("group.protocol");
    assertThat(finding.set())
        .isEqualTo(
            "group job-%s has another topology: job-%s-more-changelog in sub-topology 0 is new"
                .formatted(prefix, prefix));
    assertThat(finding.remedy()).contains("group.protocol=classic until it runs");

    // The way that the finding names: it keeps the offsets, and the group takes the topology.
    settings.put("group.protocol", "classic");
    runUntilCommitted();
    settings.put("group.protocol", "streams");
    assertThat(report().refused()).isEmpty();
    runUntilCommitted();
    assertThat(findings("group.protocol", Duration.ZERO).set()).contains("has this topology");
  }

  @Test
  void standbysThatTheStreamsGroupDoesNotLookAtAreNamed() throws Exception {
    createAll();
    settings.put("group.protocol", "streams");
    settings.put("num.standby.replicas", "1");

    assertThat(violation("group.protocol").remedy())
        .contains("--entity-type groups", "--add-config streams.num.standby.replicas=1'");
  }

  @Test
  void topicsThatTheStartMakesAreNotMissing() {
    settings.put("topics.create", "true");

    assertThat(report().refused()).isEmpty();
    assertThat(findings("topics.exist", Duration.ZERO).set()).startsWith("made at the start");
    assertThat(findings("topics.settings", Duration.ZERO).set()).isEqualTo("no topic is there yet");
    assertThat(report().notVisible())
        .as("how they will be can't be seen yet")
        .extracting(Finding::rule, Finding::set)
        .containsExactlyInAnyOrder(
            tuple("input.timestamps", "not there: " + job.input()),
            tuple("dedupe.horizon", "not there: " + job.input()),
            tuple("output.size", "not there: " + prefix + "-out"),
            tuple("set.aside.size", "no input is there"),
            tuple("output.timestamps", "no input is there"),
            tuple("input.placement", job.input() + " is not there"),
            tuple("input.transactions", "no input is there"));
  }

  @Test
  void whatHangsOnSettingsThatMayNotBeSeenIsNotSaidToHold() throws Exception {
    createAll();
    send(job.input(), null, "k1", "k2", "k3");
    job.coPartitioned = List.of(Set.of(job.input(), prefix + "-out"));

    allowOnly(AclOperation.READ, job.input(), prefix);

    Report report = report();
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
    createAll();
    job.coPartitioned = List.of(Set.of(job.input(), prefix + "-out"));

    allowOnly(AclOperation.CREATE, job.input(), prefix);

    Report report = report();
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
    createAll();
    job.repartition = true;
    create(changelog(), Map.of());
    create(repartition(), Map.of());

    allowOnly(allowed, changelog(), "job-" + prefix);

    Report report = report();
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

  @Test
  void uncleanElectionIsNamed() throws Exception {
    createAll();
    set(prefix + "-out", "unclean.leader.election.enable", "true");

    assertThat(violation("unclean.leader.election").set()).isEqualTo("true for " + prefix + "-out");
  }

  @Test
  void uncleanElectionOfAChangelogIsNamedToComeAndThere() throws Exception {
    createAll();
    settings.put("topic.unclean.leader.election.enable", "true");
    assertThat(violation("unclean.leader.election"))
        .satisfies(
            finding -> {
              assertThat(finding.set()).isEqualTo("true for internal topics to come");
              assertThat(finding.remedy())
                  .isEqualTo("Set topic.unclean.leader.election.enable=false for the job.");
            });

    settings.remove("topic.unclean.leader.election.enable");
    createChangelog(Map.of("unclean.leader.election.enable", "true"));
    assertThat(violation("unclean.leader.election").set()).isEqualTo("true for " + changelog());
    set(changelog(), "unclean.leader.election.enable", "false");
    assertThat(statusOf("unclean.leader.election")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aChangelogThatForgetsIsNamed() throws Exception {
    createAll();
    for (String policy : List.of("delete", "compact,delete")) {
      settings.put("topic.cleanup.policy", policy);
      assertThat(violation("changelog.cleanup"))
          .satisfies(
              finding -> {
                assertThat(finding.set()).isEqualTo("topic.cleanup.policy = " + policy);
                assertThat(finding.remedy()).isEqualTo("Remove topic.cleanup.policy.");
              });
    }
    settings.remove("topic.cleanup.policy");
    assertThat(statusOf("changelog.cleanup")).isEqualTo(Finding.Status.HELD);

    create(changelog(), Map.of("cleanup.policy", "delete"));
    assertThat(violation("changelog.cleanup").set())
        .isEqualTo(changelog() + " has cleanup.policy = delete");
    set(changelog(), "cleanup.policy", "compact,delete");
    assertThat(violation("changelog.cleanup").remedy())
        .contains("--entity-name " + changelog() + " --add-config cleanup.policy=compact");
    set(changelog(), "retention.ms", Long.toString(DAY_MS));
    assertThat(statusOf("changelog.cleanup"))
        .as("as Streams makes those of windows")
        .isEqualTo(Finding.Status.HELD);
  }

  @Test
  void theTopicsOfAnotherJobWhoseNameBeginsAlikeAreItsOwn() throws Exception {
    createAll();
    create(
        "job-" + prefix + "-eu-sums-changelog", Map.of("unclean.leader.election.enable", "true"));

    assertThat(statusOf("unclean.leader.election")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aTransactionThatHangsOnAnInputIsNamedWithTheCommandThatEndsIt() throws Exception {
    createAll();
    settings.put("transactions.open.max.ms", "1");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "transactional.id", "tx-" + prefix),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(job.input(), 1, "k", "v")).get();
      assertThat(statusOf("input.transactions", Duration.ofSeconds(-5)))
          .as("a transaction that just began is an ordinary one")
          .isEqualTo(Finding.Status.HELD);

      Finding finding = violation("input.transactions", Duration.ofSeconds(5));

      assertThat(finding.set())
          .contains(job.input() + "-1 from offset 0")
          .contains("transactional.id tx-" + prefix)
          .contains("readers stop at offset 0");
      assertThat(finding.remedy())
          .contains("abort --topic " + job.input() + " --partition 1 --start-offset 0");
      producer.abortTransaction();
    }
    assertThat(statusOf("input.transactions")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void offsetsThatExpiredBeforeTheyWereReadAreNamed() throws Exception {
    createAll();
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    assertThat(findings("input.position", Duration.ZERO).set())
        .isEqualTo("nothing is committed yet");
    // One record is read, so offset 1 is committed; four more come while the job is down.
    runUntilCommitted();
    send(job.input(), 0, "k", "k", "k", "k");
    deleteBelow(1);
    assertThat(statusOf("input.position"))
        .as("what was read may go")
        .isEqualTo(Finding.Status.HELD);

    deleteBelow(4);

    assertThat(violation("input.position").set())
        .isEqualTo(
            "offsets 1 to 3 of %s-0 were deleted before they were read".formatted(job.input()));
    settings.put("preflight.accept", "state.dir,input.position");
    runUntilCommitted();
    settings.put("preflight.accept", "state.dir");
    assertThat(statusOf("input.position"))
        .as("the next commit is past it")
        .isEqualTo(Finding.Status.HELD);
  }

  private void deleteBelow(long offset) throws Exception {
    admin.deleteRecords(Map.of(partition(), RecordsToDelete.beforeOffset(offset))).all().get();
  }

  @Test
  void recordsThatLieWhereTheirKeysBelongAreInPlace() throws Exception {
    createAll();
    assertThat(findings("input.placement", Duration.ZERO).set())
        .isEqualTo(job.input() + " is empty, or not read within 5000 ms");
    assertThat(statusOf("input.placement")).isEqualTo(Finding.Status.NOT_VISIBLE);

    sendAborted(job.input(), 0, null);
    assertThat(statusOf("input.placement"))
        .as("what was aborted is not there")
        .isEqualTo(Finding.Status.NOT_VISIBLE);
    send(
        job.input(), null, IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toArray(String[]::new));

    Finding finding = findings("input.placement", Duration.ZERO);

    assertThat(finding.status()).isEqualTo(Finding.Status.HELD);
    assertThat(finding.set())
        .as("200 of each partition")
        .isEqualTo("the 400 newest records of %s are in place", job.input());
  }

  @Test
  void aKeyInTwoPartitionsIsNamedWithBothPlaces() throws Exception {
    createAll();
    send(job.input(), 0, "k");
    send(job.input(), 1, "another", "k");

    Finding finding = violation("input.placement");

    assertThat(finding.set())
        .startsWith("records of one key lie in ")
        .contains(job.input() + "-0 at offset 0", job.input() + "-1 at offset 1");
    assertThat(finding.remedy())
        .contains("partitioner=murmur2_random", "repartitionedByEventId", "more partitions");
  }

  @Test
  void aPartitionerOfOnesOwnIsNamedAndMayBeAccepted() throws Exception {
    createAll();
    IntStream.range(0, 100)
        .mapToObj(i -> "k" + i)
        .filter(key -> librdkafka(key) != kafka(key))
        .limit(10)
        .forEach(key -> send(job.input(), librdkafka(key), key, key));

    Finding finding = violation("input.placement");

    assertThat(finding.set())
        .startsWith("20 of the 20 newest records of %s lie elsewhere".formatted(job.input()));
    assertThat(finding.remedy()).contains("partitioner=murmur2_random", "accept it");
    settings.put("preflight.accept", "state.dir,input.placement");
    assertThat(report().refused()).isEmpty();
  }

  @Test
  void aRecordWithoutAKeyIsNamed() throws Exception {
    createAll();
    send(job.input(), null, "k", null);

    Finding finding = violation("input.placement");

    assertThat(finding.set()).startsWith("the record in " + job.input()).endsWith("has no key");
    assertThat(finding.remedy()).contains("repartitionedByEventId");
    job.repartition = true;
    assertThat(findings("input.placement", Duration.ZERO).set())
        .isEqualTo(job.input() + " is repartitioned by event ID");
  }

  @Test
  void copiesOfAnInputWithOnePartitionMeetAnyway() throws Exception {
    create(job.input(), job.inputSettings, 1);
    send(job.input(), 0, new String[] {null});

    assertThat(findings("input.placement", Duration.ZERO).set())
        .isEqualTo(job.input() + " has one partition");
  }

  @Test
  void aRepartitionTopicThatWouldLoseOrRefuseRecordsIsNamed() throws Exception {
    createAll();
    job.repartition = true;
    String topic = repartition();
    assertThat(violation("repartition.topic").remedy())
        .isEqualTo("Set topic.max.message.bytes=33554432.");

    settings.put("topic.max.message.bytes", "33554432");
    assertThat(statusOf("repartition.topic")).isEqualTo(Finding.Status.HELD);
    settings.put("topic.retention.ms", "1000");
    assertThat(violation("repartition.topic").remedy()).isEqualTo("Set topic.retention.ms=-1.");
    settings.remove("topic.retention.ms");

    create(topic, Map.of("max.message.bytes", "33554431", "retention.ms", "-1"));
    assertThat(violation("repartition.topic").set())
        .isEqualTo(topic + " takes 33554431 bytes, the producer 33554432");
    set(topic, "max.message.bytes", "33554432");
    assertThat(statusOf("repartition.topic")).isEqualTo(Finding.Status.HELD);
    for (var change :
        Map.of(
                "cleanup.policy", "compact",
                "retention.bytes", "1000000",
                "message.timestamp.type", "LogAppendTime")
            .entrySet()) {
      set(topic, change.getKey(), change.getValue());
      Finding finding = violation("repartition.topic");
      assertThat(finding.set()).contains(change.getKey() + " = " + change.getValue());
      assertThat(finding.remedy())
          .contains(
              "--bootstrap-server " + broker.address(),
              "--entity-name " + topic,
              "--add-config " + change.getKey() + "=");
      unset(topic, change.getKey());
    }
  }

  @Test
  void aTopologyThatLostAStoreSinceItLastCommittedIsNamed() throws Exception {
    createAll();
    preflight().keptShape().keep();
    assertThat(statusOf("topology.compatible")).isEqualTo(Finding.Status.HELD);

    job.store = "totals";

    assertThat(violation("topology.compatible").set())
        .isEqualTo("store sums is gone, with what it remembers");
  }

  @Test
  void aTopologyThatDiedBeforeItCommittedIsNotInTheWayOfTheEarlierOne() throws Exception {
    createAll();
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    settings.put("restarts.max", "0");
    // The earlier topology counts a record: its state is in store "sums".
    runUntilCommitted();

    // The next one adds a store and fails at its first record, before anything is committed.
    job.added = "more";
    job.failure = Optional.of("a bug in the new version");
    try (StreamsJob next = new StreamsJob(job, config())) {
      next.start();
      send();
      assertThat(next.await()).isEqualTo(StreamsJob.Ending.FAILED);
    }

    // The roll back starts, and counts the record that the other one failed at.
    job.added = null;
    assertThat(statusOf("topology.compatible")).isEqualTo(Finding.Status.HELD);
    runUntilCommitted();

    // The control: one that commits is in the way, since its store would be lost.
    job.added = "more";
    job.failure = Optional.empty();
    runUntilCommitted();
    job.added = null;
    assertThat(violation("topology.compatible").set())
        .isEqualTo("store more is gone, with what it remembers");
  }

  /** Runs the job as it is described now, for one record and its commit. */
  private void runUntilCommitted() throws Exception {
    String group = settings.get("application.id").toString();
    send();
    long end =
        admin
            .listOffsets(Map.of(partition(), OffsetSpec.latest()))
            .all()
            .get()
            .get(partition())
            .offset();
    try (StreamsJob running = new StreamsJob(job, config())) {
      running.start();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                OffsetAndMetadata committed =
                    admin
                        .listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition());
                return committed != null && committed.offset() == end;
              });
    }
  }

  private TopicPartition partition() {
    return new TopicPartition(job.input(), 0);
  }

  private void send() {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new StringSerializer())) {
      assertThat(producer.send(new ProducerRecord<>(job.input(), 0, "k", "v")))
          .succeedsWithin(Duration.ofSeconds(30));
    }
  }

  @Test
  void aStoreWithoutANameIsNamed() throws Exception {
    createAll();
    job.store = null;

    assertThat(violation("names.explicit").set()).startsWith("generated: store KSTREAM-AGGREGATE");
  }

  @Test
  void aStateDirectoryThatCanNotBeWrittenIsNamed() throws Exception {
    createAll();
    Path file = Files.createFile(dir.resolve("file"));
    settings.put("state.dir", file.toString());

    assertThat(findings("state.dir", Duration.ZERO).set()).endsWith("can't be written");
  }

  @Test
  void aRuleThatDoesNotExistCanNotBeAccepted() throws Exception {
    createAll();
    settings.put("preflight.accept", "state.dir,everything");

    assertThatThrownBy(this::report)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("preflight.accept names no rule with everything")
        .hasMessageContaining("transaction.version");
  }

  private JobConfig config() {
    return JobConfig.of(settings, job);
  }

  private String repartition() {
    return "job-" + prefix + "-by-event-id-repartition";
  }

  private String changelog() {
    return "job-" + prefix + "-sums-changelog";
  }

  private Preflight preflight() {
    return preflight(Duration.ZERO);
  }

  private Preflight preflight(Duration ahead) {
    JobConfig config = config();
    return new Preflight(
        config, job, job.build(config.effective()), Clock.offset(Clock.systemUTC(), ahead));
  }

  private Report report() {
    return preflight().check(admin);
  }

  private Finding violation(String rule) {
    return violation(rule, Duration.ZERO);
  }

  /** The finding, which is the only violation that there is. */
  private Finding violation(String rule, Duration ahead) {
    Report report = preflight(ahead).check(admin);
    assertThat(report.refused()).extracting(Finding::rule).containsExactly(rule);
    return report.refused().get(0);
  }

  private Finding.Status statusOf(String rule) {
    return statusOf(rule, Duration.ZERO);
  }

  private Finding.Status statusOf(String rule, Duration ahead) {
    return findings(rule, ahead).status();
  }

  private Finding findings(String rule, Duration ahead) {
    return preflight(ahead).check(admin).findings().stream()
        .filter(finding -> finding.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  private void createAll() throws ExecutionException, InterruptedException {
    for (JobTopic topic : job.topics()) {
      create(topic.name(), topic.settings());
    }
  }

  /** As Streams makes it, but for these settings. */
  private void createChangelog(Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("cleanup.policy", "compact");
    create(changelog(), settings);
  }

  private static void create(String topic, Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    create(topic, settings, 2);
  }

  private static void create(String topic, Map<String, String> settings, int partitions)
      throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(settings)))
        .all()
        .get();
    // The controller has answered; the broker learns of it a moment later.
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.listTopics().names().get().contains(topic));
  }

  private static void set(String topic, String key, String value)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin
        .incrementalAlterConfigs(
            Map.of(
                resource,
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                admin
                    .describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(key)
                    .value()
                    .equals(value));
  }

  private static void unset(String topic, String key)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin
        .incrementalAlterConfigs(
            Map.of(
                resource,
                List.of(
                    new AlterConfigOp(new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE))))
        .all()
        .get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key).source()
                    != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
  }

  private static void send(String topic, Integer partition, String... keys) {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      List<Future<?>> sent = new ArrayList<>();
      for (String key : keys) {
        sent.add(producer.send(new ProducerRecord<>(topic, partition, key, "v")));
      }
      sent.forEach(each -> assertThat(each).succeedsWithin(SOON));
    }
  }

  private static void sendAborted(String topic, Integer partition, String key) {
    try (KafkaProducer<String, String> producer =
        producer(Map.of("transactional.id", "tx-" + topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      assertThat(producer.send(new ProducerRecord<>(topic, partition, key, "v")))
          .succeedsWithin(SOON);
      producer.abortTransaction();
    }
  }

  private static KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", broker.address());
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  /** Where librdkafka puts a key unless it is told otherwise, in a topic of two partitions. */
  private static int librdkafka(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % 2);
  }

  private static int kafka(String key) {
    return BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), 2);
  }

  private static final class TestingJob implements TopologyFactory {
    private final String prefix;
    private long horizonMs = 15 * DAY_MS;
    private String store = "sums";
    private String added;
    private Optional<String> failure = Optional.empty();
    private Map<String, String> inputSettings = Map.of("message.timestamp.type", "LogAppendTime");
    private List<JobTopic> more = List.of();
    private List<Set<String>> coPartitioned = List.of();
    private boolean repartition;
    private String deadLetterBytesMax = "33554432";

    TestingJob(String prefix) {
      this.prefix = prefix;
    }

    String input() {
      return prefix + "-in";
    }

    @Override
    public String name() {
      return "testing";
    }

    @Override
    public Topology build(Map<String, ?> config) {
      StreamsBuilder builder = new StreamsBuilder();
      KStream<String, String> records =
          builder.stream(input(), Consumed.with(Serdes.String(), Serdes.String()));
      if (repartition) {
        records =
            records.repartition(
                Repartitioned.with(Serdes.String(), Serdes.String()).withName("by-event-id"));
      }
      if (added != null) {
        builder.addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(added), Serdes.String(), Serdes.String()));
        records.process(() -> new Added(failure), Named.as("added"), added);
      }
      var grouped = records.groupByKey(Grouped.as("by-key"));
      if (store == null) {
        grouped.count();
      } else {
        grouped.count(Materialized.as(store));
      }
      return builder.build();
    }

    @Override
    public List<JobTopic> topics() {
      List<JobTopic> topics = new ArrayList<>();
      topics.add(new JobTopic(input(), JobTopic.Role.INPUT, inputSettings));
      topics.addAll(more);
      topics.add(
          new JobTopic(prefix + "-out", JobTopic.Role.OUTPUT, Map.of("cleanup.policy", "delete")));
      topics.add(
          new JobTopic(
              prefix + "-dlq",
              JobTopic.Role.SET_ASIDE,
              Map.of("max.message.bytes", deadLetterBytesMax)));
      return topics;
    }

    @Override
    public List<Set<String>> coPartitioned() {
      return coPartitioned;
    }

    @Override
    public Map<String, Long> horizonsMs(Map<String, ?> config) {
      return Map.of(input(), horizonMs);
    }

    @Override
    public Map<String, String> repartitioned() {
      return repartition ? Map.of(input(), "by-event-id-repartition") : Map.of();
    }
  }

  private static final class Added extends ContextualProcessor<String, String, Void, Void> {
    private final Optional<String> failure;

    Added(Optional<String> failure) {
      this.failure = failure;
    }

    @Override
    public void process(Record<String, String> event) {
      failure.ifPresent(
          message -> {
            throw new IllegalStateException(message);
          });
    }
  }
}
