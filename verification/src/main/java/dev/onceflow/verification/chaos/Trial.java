package dev.onceflow.verification.chaos;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.report.Leg;
import java.nio.file.Path;
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
    try (Cluster cluster = new Cluster(folder, plan.scale().shape(), plan.mode(), forgetting())) {
      cluster.start();
      try (Flow flow = new Flow(cluster)) {
        return run(cluster, flow);
      }
    }
  }

  // The topic is kept for longer; payments have times in their IDs, or aren't copied that late.
  private Map<String, String> forgetting() {
    return plan.rules().isForever()
        ? Map.of()
        : Map.of(
            "dedupe.horizon.ms",
            Long.toString(plan.rules().horizonMs()),
            "dedupe.skew.max.ms",
            Long.toString(plan.rules().skewMaxMs()),
            "preflight.accept",
            "state.dir,dedupe.horizon");
  }

  private Outcome run(Cluster cluster, Flow flow) throws InterruptedException {
    Instant startedAt = Instant.now();
    try (Load load = new Load(cluster.clientConfig(), plan);
        Sampler sampler = new Sampler(plan.leg(), cluster, flow, load);
        Watchers watchers = Watchers.of(cluster)) {
      ChaosRun run = new ChaosRun(plan.leg(), cluster, flow, load, progress);
      run.awaitFlow();
      if (plan.phase() == Plan.Phase.ISOLATED) {
        run.isolated(plan.schedule(), plan.duration(), plan.firstIndex());
      } else {
        run.overlapping(plan.schedule(), plan.duration(), plan.gap(), plan.firstIndex());
      }
      int unacknowledged = load.end();
      progress.accept(
          "%,d records sent; waiting for the last of them to go through".formatted(load.sent()));
      Endgame endgame = new Endgame(cluster, flow, plan, watchers);
      endgame.awaitRest();
      Instant restAt = Instant.now();
      // Its questions would be a load beside the judgement's.
      sampler.end();
      progress.accept("At rest; judging");
      endgame.judge(run.faults(), load, sampler.held());
      List<String> observations = new ArrayList<>(cluster.observations());
      if (unacknowledged > 0 || load.failures() > 0) {
        observations.add(
            "%d times the load's producer failed for good; %d records were never acknowledged"
                .formatted(load.failures(), unacknowledged));
      }
      Leg leg =
          new Leg(
              plan.leg(),
              plan.mode().isControl() ? Leg.CONTROL : plan.phase().name().toLowerCase(Locale.ROOT),
              startedAt,
              restAt,
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
          endgame.leftOut(),
          load.sent());
    }
  }
}
