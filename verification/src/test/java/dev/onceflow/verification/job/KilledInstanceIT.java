package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.verification.checker.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KilledInstanceIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path folder;

  /** How soon a killed instance is missed and its transaction aborted. */
  // What Map.of makes can't be changed.
  @SuppressWarnings("ImmutableEnumChecker")
  enum Settings {
    /** 10 s each, of the job; the broker looks for overdue transactions every 10 s. */
    DEFAULTS(Map.of(), Map.of()),
    /** 6 s and 5 s; the broker looks every second. */
    QUICK(
        Map.of(
            "session.timeout.ms", "6000",
            "heartbeat.interval.ms", "2000",
            "producer.transaction.timeout.ms", "5000"),
        Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));

    private final Map<String, String> job;
    private final Map<String, String> broker;

    Settings(Map<String, String> job, Map<String, String> broker) {
      this.job = job;
      this.broker = broker;
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedInstanceIsReplacedByTheOtherOrByItselfAndNothingIsLostOrDoubled(Settings settings) {
    try (JobCluster cluster = new JobCluster(folder, settings.job, settings.broker)) {
      List.of("one", "two").parallelStream().forEach(cluster::start);
      PacedLoad load = cluster.load(100_000, 9, 300);
      try (OutputWatch watch = new OutputWatch(cluster.clientConfig())) {
        cluster.awaitOwners("one", "two");
        cluster.awaitFlowing(watch);

        String otherTakesOver = recovery(cluster, watch, "one", () -> {});
        System.out.printf(
            "recovery after SIGKILL of one of two, %s: %s%n", settings, otherTakesOver);
        cluster.restart("one");
        cluster.awaitOwners("one", "two");
        cluster.awaitFlowing(watch);
        String comesBack = recovery(cluster, watch, "two", () -> cluster.restart("two"));
        System.out.printf(
            "recovery after SIGKILL of one of two and its restart on the same state directory, %s: %s%n",
            settings, comesBack);
        assertThat(load.runs()).as("the load outlasts the kills").isTrue();
        load.end();
      }
      cluster.awaitDrained();

      Judgement judgement = cluster.judgement();
      assertThat(judgement.isExactlyOnce()).as(judgement.summary()).isTrue();
    }
  }

  /** Kills an instance under load; how long outputs of its partitions stayed away. */
  private static String recovery(
      JobCluster cluster, OutputWatch watch, String victim, Runnable thereafter) {
    Set<TopicPartition> partitions = cluster.partitionsOf(victim);
    assertThat(partitions).isNotEmpty();
    long killedNs = System.nanoTime();
    cluster.kill(victim);
    // Log: an open transaction of the victim's. What comes after it is read by nobody until the
    // transaction is aborted, not even the outputs of the other instance.
    Map<TopicPartition, Long> committed = cluster.committed(partitions);
    assertThat(committed).hasSameSizeAs(partitions);
    thereafter.run();
    await().atMost(LIMIT).until(() -> watch.firstOutputs(killedNs, committed).isPresent());
    Optional<Map<TopicPartition, Duration>> first = watch.firstOutputs(killedNs, committed);
    return "first new output %.1f s, of the last of its %d partitions %.1f s"
        .formatted(
            Collections.min(first.orElseThrow().values()).toMillis() / 1_000.0,
            partitions.size(),
            Collections.max(first.orElseThrow().values()).toMillis() / 1_000.0);
  }
}
