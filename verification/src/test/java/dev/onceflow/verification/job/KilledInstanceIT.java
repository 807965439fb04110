package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.verification.checker.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledInstanceIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void killedInstanceIsReplacedByItsStandbyOrByItselfAndNothingIsLostOrDoubled() {
    try (JobCluster cluster = new JobCluster(folder, Map.of())) {
      cluster.start("one");
      cluster.start("two");
      PacedLoad load = cluster.load(100_000, 9, 300);
      try (OutputWatch watch = new OutputWatch(cluster.clientConfig())) {
        cluster.awaitOwners("one", "two");
        cluster.awaitFlowing(watch);

        String otherTakesOver = recovery(cluster, watch, "one", () -> {});
        System.out.println("recovery after SIGKILL of one of two: " + otherTakesOver);
        cluster.restart("one");
        cluster.awaitOwners("one", "two");
        cluster.awaitFlowing(watch);
        String comesBack = recovery(cluster, watch, "two", () -> cluster.restart("two"));
        System.out.println(
            "recovery after SIGKILL of one of two, restarted at once on its state directory: "
                + comesBack);
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
