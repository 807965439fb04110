package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.Random;

/**
 * The heap of a job's process is used up in its stream thread. Bitten: its log says so, and the
 * process ended, as its JVM is told to: none of its code can be trusted after that.
 */
final class JobOutOfMemory implements FaultKind {
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "job-out-of-memory";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 7;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Jobs.heldWithPartitions(cluster, flow, random);
    JobLog log = JobLog.fromNow(victim.server());
    victim.expectEnd();
    victim.server().fillHeap();
    boolean ended = Waiting.until(END_LIMIT, () -> !victim.process().alive());
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return log.firstWith("OutOfMemoryError")
            .filter(line -> ended)
            .map(
                line ->
                    Bite.seen(
                        "ended with exit code %d: %s"
                            .formatted(victim.process().exitCode().orElse(-1), line)))
            .orElse(Bite.none(ended ? "it ended for another reason" : "it still runs"));
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }
}
