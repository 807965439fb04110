package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A job's process ends in order, something happens to what it keeps on disk, and it starts again.
 * In order, since what a crash leaves is built anew anyway. Bitten: the next process was seen to
 * miss what is gone, and is a member of its group again; nobody helps it.
 */
abstract class JobStateDamaged implements FaultKind {
  private static final Duration BACK_LIMIT = Duration.ofMinutes(2);

  @Override
  public String group() {
    return "process";
  }

  /**
   * Damages what a process that has ended keeps.
   *
   * @return asked while the next process runs: what was damaged and how it was missed, or nothing
   *     so far
   */
  abstract Supplier<Optional<String>> damage(JobProcess job, Random random);

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Jobs.heldWithPartitions(cluster, flow, random);
    victim.stop();
    Supplier<Optional<String>> missed;
    try {
      missed = damage(victim.server(), random);
    } catch (NothingToStrike | UncheckedIOException e) {
      victim.release();
      throw e;
    }
    victim.release();
    boolean back =
        Waiting.until(
            BACK_LIMIT, () -> missed.get().isPresent() && !Jobs.memberIds(victim, flow).isEmpty());
    Optional<String> seen = missed.get();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return seen.map(
                words -> Bite.seen(words + (back ? "" : "; it is no member of its group again")))
            .orElse(Bite.none("what was damaged was not missed"));
      }

      @Override
      void lift() {
        // It was released at once: it has to come back by itself, as often as it takes.
      }
    };
  }
}
