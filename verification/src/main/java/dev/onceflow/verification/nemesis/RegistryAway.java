package dev.onceflow.verification.nemesis;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.proxy.Line;
import dev.onceflow.local.proxy.LineCount;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The schema registry is away while a job and a worker of the sink start, which know no schema yet:
 * killed, or behind a line on which nothing comes through. Bitten: they asked it and got no answer.
 */
final class RegistryAway implements FaultKind {
  private static final String LINE = "registry";

  /** How it is away. */
  private enum How {
    KILLED("registry-killed", 60),
    UNHEARD("registry-unheard", 61);

    private final String kind;
    private final int number;

    How(String kind, int number) {
      this.kind = kind;
      this.number = number;
    }
  }

  private final How how;

  private RegistryAway(How how) {
    this.how = how;
  }

  static FaultKind killed() {
    return new RegistryAway(How.KILLED);
  }

  static FaultKind unheard() {
    return new RegistryAway(How.UNHEARD);
  }

  @Override
  public String name() {
    return how.kind;
  }

  @Override
  public String group() {
    return "wire";
  }

  @Override
  public int number() {
    return how.number;
  }

  /** Longer than it takes a job that was killed to be missed, and the new one to get its place. */
  @Override
  public Duration holds() {
    return Duration.ofSeconds(25);
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<RegistryServer> registry = Victims.held(List.of(cluster.registry()), random);
    Line line = cluster.lines().byName().get(LINE);
    LineCount before = line.counts();
    if (how == How.KILLED) {
      registry.kill();
      // The line counts whom it turns away; a dead server can't.
      line.goDown();
    } else {
      line.blackHole();
    }
    Struck blow = blow(registry, line, before);
    try {
      startAnew(cluster, random);
      return blow;
    } catch (NothingToStrike e) {
      blow.end();
      throw e;
    }
  }

  /** A job and a worker without what they have learnt; the supervisor starts them again. */
  private static void startAnew(Cluster cluster, Random random) {
    Member<JobProcess> job = Victims.held(cluster.jobs(), random);
    job.kill();
    job.release();
    Member<ConnectWorker> worker = Victims.held(cluster.workers(), random);
    worker.kill();
    worker.release();
  }

  private Struck blow(Member<RegistryServer> registry, Line line, LineCount before) {
    return new Blow(registry.name()) {
      @Override
      public Bite bite() {
        LineCount count = line.counts().since(before);
        long unheard = count.refused() + count.swallowed().toServer();
        String words =
            "%d connections turned away, %,d bytes of requests swallowed"
                .formatted(count.refused(), count.swallowed().toServer());
        return unheard > 0
            ? Bite.seen("asked by a job or a sink that had just started: " + words)
            : Bite.none("nobody asked it: " + words);
      }

      @Override
      void lift() {
        line.restore();
        registry.release();
      }
    };
  }
}
