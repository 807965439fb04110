package dev.onceflow.verification.chaos;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.report.Leg;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One cluster from its start to its judgement: load, faults, rest, checks. Every process has ended
 * when it returns.
 */
final class Trial {
  private static final Duration MARGIN = Duration.ofMinutes(30);

  private final Plan plan;
  private final Path folder;
  private final String command;
  private final Consumer<String> progress;

  /**
   * @param folder where all data lives
   * @param command the command that repeats it
   * @param progress hears of each step in a line
   */
  Trial(Plan plan, Path folder, String command, Consumer<String> progress) {
    this.plan = plan;
    this.folder = folder;
    this.command = command;
    this.progress = progress;
  }

  Outcome run() throws InterruptedException {
    progress.accept("Starting %s, %s".formatted(plan.scale().shape(), plan.mode().option()));
    try (Cluster cluster = new Cluster(folder, plan.scale().shape(), plan.mode())) {
      cluster.start();
      try (Flow flow = new Flow(cluster)) {
        return run(cluster, flow);
      }
    }
  }

  private Outcome run(Cluster cluster, Flow flow) throws InterruptedException {
    Instant startedAt = Instant.now();
    PacedLoad load =
        new PacedLoad(
            cluster.clientConfig(),
            folder.resolve("rejects.csv"),
            plan.duration().plus(MARGIN).toSeconds() * plan.perSecond(),
            plan.loadSeed(),
            plan.perSecond());
    try (Sampler sampler = new Sampler(plan.leg(), cluster, flow, load);
        Watchers watchers = Watchers.of(cluster)) {
      ChaosRun run = new ChaosRun(plan.leg(), cluster, flow, load, progress);
      run.awaitFlow();
      if (plan.phase() == Plan.Phase.ISOLATED) {
        run.isolated(plan.schedule(), plan.duration(), plan.firstIndex());
      } else {
        run.overlapping(plan.schedule(), plan.duration(), plan.gap(), plan.firstIndex());
      }
      load.end();
      progress.accept(
          "%,d records sent; waiting for the last of them to go through".formatted(load.sent()));
      Endgame endgame = new Endgame(cluster, flow, plan.leg(), watchers);
      endgame.judge(run.faults());
      List<String> observations = new ArrayList<>(cluster.observations());
      if (!endgame.notLookedAt().isEmpty()) {
        observations.add("nothing to look at for: " + String.join(", ", endgame.notLookedAt()));
      }
      Leg leg =
          new Leg(
              plan.leg(),
              plan.mode().isControl() ? "control" : plan.phase().name().toLowerCase(Locale.ROOT),
              startedAt,
              Instant.now(),
              null,
              command,
              Map.of());
      return new Outcome(
          leg,
          run.faults(),
          endgame.checks(),
          endgame.counted(),
          sampler.samples(),
          observations,
          load.sent());
    }
  }
}
