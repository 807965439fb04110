package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A job's process ends, and when it starts again the disk of its state is full: a disk of its own.
 * Then there is room again. Bitten: writes failed for that, says its log. Not while it runs, since
 * little is written then: stores are in memory until they are flushed.
 */
final class JobDiskFull implements FaultKind {
  private static final Duration FAILURE_LIMIT = Duration.ofSeconds(60);
  private static final String NO_SPACE = "No space left";
  private static final AtomicInteger DISKS = new AtomicInteger();

  @Override
  public String name() {
    return "job-disk-full";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 8;
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return SmallDisk.leftOut();
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Jobs.heldWithPartitions(cluster, flow, random);
    victim.stop();
    SmallDisk disk = filled(victim, cluster);
    JobLog log = JobLog.fromNow(victim.server());
    victim.server().restart();
    Waiting.until(FAILURE_LIMIT, () -> log.firstWith(NO_SPACE).isPresent());
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return log.firstWith(NO_SPACE)
            .map(Bite::seen)
            .orElse(Bite.none("nothing was written that failed"));
      }

      @Override
      void lift() {
        disk.free();
        victim.stop();
        disk.moveBack();
        victim.release();
      }
    };
  }

  private static SmallDisk filled(Member<JobProcess> victim, Cluster cluster) {
    try {
      SmallDisk disk =
          SmallDisk.under(
              victim.server().stateDir(),
              cluster.folder("small-state-disk-" + DISKS.incrementAndGet()));
      disk.fill();
      return disk;
    } catch (IOException e) {
      victim.release();
      throw new NothingToStrike("its state can't be moved onto a small disk: " + e.getMessage());
    }
  }
}
