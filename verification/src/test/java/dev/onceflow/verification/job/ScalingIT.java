package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.checker.Judgement;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingIT {
  @TempDir private Path folder;

  @Test
  void fromOneToThreeAndBackUnderLoadLosesAndDoublesNothing() {
    try (JobCluster cluster = new JobCluster(folder)) {
      cluster.start("one");
      PacedLoad load = cluster.load(100_000, 131, 300);
      try (OutputWatch watch = new OutputWatch(cluster.clientConfig())) {
        cluster.awaitFlowing(watch);

        long fromNs = System.nanoTime();
        List.of("two", "three").parallelStream().forEach(cluster::start);
        cluster.awaitOwners("one", "two", "three");
        cluster.awaitFlowing(watch);
        long upNs = System.nanoTime();
        // Log: outputs of three instances, each partition's by one of them at a time.
        cluster.stop("one");
        cluster.stop("three");
        // Group: not theirs until their sessions are over, but the second instance's at once.
        assertThat(cluster.partitionsOf("one")).isEmpty();
        assertThat(cluster.partitionsOf("three")).isEmpty();
        cluster.awaitOwners("two");
        cluster.awaitFlowing(watch);
        long downNs = System.nanoTime();
        // Log: all partitions' outputs by the second instance, which had none at the start.
        assertThat(load.runs()).as("the load outlasts the changes").isTrue();
        System.out.printf(
            "scaling from 1 to 3: longest pause of a partition's output %s, %.1f s in all; back to 1: %s, %.1f s%n",
            watch.longestPause(fromNs, upNs),
            (upNs - fromNs) / 1e9,
            watch.longestPause(upNs, downNs),
            (downNs - upNs) / 1e9);
        load.end();
      }
      cluster.awaitDrained();

      Judgement judgement = cluster.judgement();
      assertThat(judgement.isExactlyOnce()).as(judgement.summary()).isTrue();
    }
  }
}
