package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.checker.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingRestartIT {
  /** For a machine that does other work; what it is is printed. */
  private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rollingRestartUnderLoadLosesAndDoublesNothing(int instances) {
    List<String> names = List.of("one", "two", "three").subList(0, instances);
    try (JobCluster cluster = new JobCluster(folder)) {
      names.parallelStream().forEach(cluster::start);
      PacedLoad load = cluster.load(100_000, instances, 500);
      OutputWatch.Pause pause;
      try (OutputWatch watch = new OutputWatch(cluster.clientConfig())) {
        cluster.awaitOwners(names.toArray(String[]::new));
        cluster.awaitFlowing(watch);

        long fromNs = System.nanoTime();
        for (String name : names) {
          cluster.stop(name);
          // Log: all that the instance processed is committed, no transaction of its is open.
          assertThat(cluster.exitCode(name)).isEqualTo(143);
          cluster.restart(name);
          cluster.awaitOwners(names.toArray(String[]::new));
          cluster.awaitFlowing(watch);
        }
        assertThat(load.runs()).as("the load outlasts the restarts").isTrue();
        long untilNs = System.nanoTime();
        pause = watch.longestPause(fromNs, untilNs);
        System.out.printf(
            "rolling restart of %d instances: longest pause of a partition's output %s, %.1f s in all%n",
            instances, pause, (untilNs - fromNs) / 1e9);
        load.end();
      }
      cluster.awaitDrained();

      Judgement judgement = cluster.judgement();
      assertThat(judgement.isExactlyOnce()).as(judgement.summary()).isTrue();
      assertThat(pause.length()).isLessThan(PAUSE_MAX);
    }
  }
}
