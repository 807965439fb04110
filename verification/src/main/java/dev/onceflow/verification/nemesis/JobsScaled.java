package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * All of the job's processes but one are ended in order, and come back when that one has all
 * partitions. Bitten: it has.
 */
final class JobsScaled implements FaultKind {
  /** A process that has ended in order may stay in its group until its session is over. */
  private static final Duration ALONE_LIMIT = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "jobs-scaled";
  }

  @Override
  public String group() {
    return "group";
  }

  @Override
  public int number() {
    return 24;
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return shape.jobs() < 2 ? Optional.of("there is one job only") : Optional.empty();
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> left = Victims.held(cluster.jobs(), random);
    List<Member<JobProcess>> ended = new ArrayList<>();
    for (Member<JobProcess> other : cluster.jobs()) {
      if (other != left && other.hold()) {
        ended.add(other);
        other.stop();
      }
    }
    // Both the inputs of its two sub-topologies have as many partitions.
    int all = 2 * cluster.shape().partitions();
    boolean alone =
        Waiting.until(
            ALONE_LIMIT, () -> Jobs.partitionsOf(left, flow).filter(n -> n == all).isPresent());
    return new Blow(left.name()) {
      @Override
      public Bite bite() {
        return alone
            ? Bite.seen("alone with all %d partitions, %s ended".formatted(all, ended))
            : Bite.none("it did not get all %d partitions".formatted(all));
      }

      @Override
      void lift() {
        ended.forEach(Member::release);
        left.release();
      }
    };
  }
}
