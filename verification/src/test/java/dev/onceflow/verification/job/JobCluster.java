package dev.onceflow.verification.job;

import static org.awaitility.Awaitility.await;

import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.local.job.StreamsJob;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Judgement;
import dev.onceflow.verification.history.RecordedInput;
import dev.onceflow.verification.history.RecordedOutputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Several instances of {@code onceflow run --job payments} in processes of their own, each with a
 * state directory of its own, beside real Kafka and a schema registry. For the test's thread.
 */
final class JobCluster implements AutoCloseable {
  static final String APPLICATION_ID = "payments-job";
  private static final String VERDICTS_TOPIC = APPLICATION_ID + "-verdicts-changelog";
  private static final int PARTITIONS = 4;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration DRAINED = Duration.ofMinutes(2);

  private final Path folder;
  private final Map<String, String> changes;
  private final Map<String, StreamsJob> instances = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> membersBefore = new ConcurrentHashMap<>();
  private final KafkaServer kafka;
  private final RegistryServer registry;
  private final Admin admin;

  /**
   * Starts the servers, no instance yet.
   *
   * @param changes settings of the job beside those that it needs
   * @param brokerChanges settings of the broker in place of those of the local one
   */
  JobCluster(Path folder, Map<String, String> changes, Map<String, String> brokerChanges) {
    this.folder = folder;
    this.changes = Map.copyOf(changes);
    CompletableFuture<RegistryServer> started =
        CompletableFuture.supplyAsync(
            () -> RegistryServer.start(folder.resolve("registry"), FreePort.ANY));
    kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY, brokerChanges);
    registry = started.join();
    kafka.createTopics(Topics.ALL, PARTITIONS);
    admin = Admin.create(clientConfig());
  }

  /** The same with the defaults of job and broker. */
  JobCluster(Path folder) {
    this(folder, Map.of(), Map.of());
  }

  /** What clients and serdes need. */
  Map<String, Object> clientConfig() {
    return Map.of(
        "bootstrap.servers", kafka.bootstrapServers(), "schema.registry.url", registry.url());
  }

  /** A load beside the test. */
  PacedLoad load(long eventsMax, long seed, int perSecond) {
    return new PacedLoad(clientConfig(), folder.resolve("rejects.csv"), eventsMax, seed, perSecond);
  }

  /** One instance more; returns when it is a member of the group and the group is stable. */
  void start(String instance) {
    instances.put(
        instance,
        StreamsJob.start(
            folder.resolve(instance),
            "payments",
            config(instance),
            List.of(),
            () -> isMember(instance)));
  }

  /** SIGTERM, and waits for its end. */
  void stop(String instance) {
    membersBefore.put(instance, memberIds(instance));
    instances.get(instance).process().stop();
  }

  /** SIGKILL. */
  void kill(String instance) {
    membersBefore.put(instance, memberIds(instance));
    instances.get(instance).process().kill();
  }

  /** The same instance again, on its state directory; returns when it is a member again. */
  void restart(String instance) {
    instances.get(instance).restart();
  }

  /** The exit code of an instance that has ended. */
  int exitCode(String instance) {
    return instances.get(instance).process().exitCode().orElseThrow();
  }

  private Path config(String instance) {
    Path home = folder.resolve(instance);
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "application.id",
            APPLICATION_ID,
            "client.id",
            instance,
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "schema.registry.url",
            registry.url(),
            "state.dir",
            home.resolve("state").toString(),
            "dedupe.horizon.ms",
            "-1",
            "preflight.accept",
            "state.dir"));
    settings.putAll(changes);
    Path file = home.resolve("job.properties");
    try {
      Files.createDirectories(home);
      try (Writer writer = Files.newBufferedWriter(file)) {
        settings.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  // A member that was killed stays in the group until its session is over.
  private boolean isMember(String instance) {
    Set<String> now = new HashSet<>(memberIds(instance));
    now.removeAll(membersBefore.getOrDefault(instance, Set.of()));
    return !now.isEmpty() && group().groupState() == GroupState.STABLE;
  }

  private Set<String> memberIds(String instance) {
    return members(instance)
        .map(MemberDescription::consumerId)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The input partitions that an instance has; a dead one has them until it is missed. */
  Set<TopicPartition> partitionsOf(String instance) {
    return members(instance)
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Stream<MemberDescription> members(String instance) {
    return group().members().stream()
        .filter(member -> member.clientId().startsWith(instance + "-StreamThread"));
  }

  private ConsumerGroupDescription group() {
    return answer(
        admin
            .describeConsumerGroups(List.of(APPLICATION_ID))
            .describedGroups()
            .get(APPLICATION_ID));
  }

  /** Waits until the group is stable and each of these, and nobody else, has partitions. */
  void awaitOwners(String... names) {
    await()
        .atMost(SOON)
        .pollInterval(OFTEN)
        .until(
            () -> {
              ConsumerGroupDescription group = group();
              Set<String> owners =
                  group.members().stream()
                      .filter(member -> !member.assignment().topicPartitions().isEmpty())
                      .map(member -> member.clientId().replaceAll("-StreamThread.*", ""))
                      .collect(Collectors.toSet());
              return group.groupState() == GroupState.STABLE && owners.equals(Set.of(names));
            });
  }

  /** Waits until outputs of every input partition, made from now on, were seen. */
  void awaitFlowing(OutputWatch watch) {
    long nowNs = System.nanoTime();
    await()
        .atMost(SOON)
        .pollInterval(OFTEN)
        .until(() -> watch.partitionsSeenSince(nowNs) == 2 * PARTITIONS);
  }

  /** What the job has committed as read of these partitions. */
  Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer(admin.listConsumerGroupOffsets(APPLICATION_ID).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, committed) -> {
              if (committed != null && partitions.contains(partition)) {
                offsets.put(partition, committed.offset());
              }
            });
    return offsets;
  }

  /** Waits until the job has read and committed everything and no transaction is open. */
  void awaitDrained() {
    await()
        .atMost(DRAINED)
        .until(() -> isReadUpTo(Topics.PAYMENTS) && isReadUpTo(Topics.LEDGER_ENTRIES));
    await().atMost(DRAINED).until(this::noTransactionIsOpen);
  }

  private boolean isReadUpTo(Topic topic) {
    Map<TopicPartition, Long> committed = committed(partitions(topic));
    return new CommittedTopic(topic.name(), clientConfig()).isReadUpTo(committed);
  }

  private boolean noTransactionIsOpen() {
    Map<TopicPartition, OffsetSpec> latest =
        Topics.ALL.stream()
            .flatMap(topic -> partitions(topic).stream())
            .collect(Collectors.toMap(Function.identity(), any -> OffsetSpec.latest()));
    return ends(latest, IsolationLevel.READ_COMMITTED)
        .equals(ends(latest, IsolationLevel.READ_UNCOMMITTED));
  }

  private Map<TopicPartition, Long> ends(
      Map<TopicPartition, OffsetSpec> latest, IsolationLevel isolation) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    answer(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private static Set<TopicPartition> partitions(Topic topic) {
    return IntStream.range(0, PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether what stands in the job's topics is what must be made of its input, once. */
  Judgement judgement() {
    return Judgement.of(
        new RecordedInput(clientConfig()).expectedOfTheJob(),
        new RecordedOutputs(clientConfig(), VERDICTS_TOPIC).read());
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    // At once: each would wait for the others' partitions.
    instances.values().parallelStream().forEach(StreamsJob::close);
    admin.close();
    registry.close();
    kafka.close();
  }
}
