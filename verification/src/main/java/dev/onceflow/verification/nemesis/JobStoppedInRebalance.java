package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.GroupState;

/**
 * SIGTERM of a job's process while its group rebalances, because another process came back. Bitten:
 * the group was seen rebalancing when the signal was sent.
 */
final class JobStoppedInRebalance implements FaultKind {
  private static final Duration REBALANCE_LIMIT = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "job-stopped-in-rebalance";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 6;
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return shape.jobs() < 2
        ? Optional.of("it takes another job to make a rebalance")
        : Optional.empty();
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Victims.held(cluster.jobs(), random);
    Member<JobProcess> other;
    try {
      other = Victims.held(cluster.jobs(), random);
    } catch (NothingToStrike e) {
      victim.release();
      throw e;
    }
    other.stop();
    other.release();
    AtomicReference<GroupState> seen = new AtomicReference<>(GroupState.STABLE);
    boolean rebalancing =
        Waiting.until(
            REBALANCE_LIMIT,
            () -> {
              Jobs.group(Cluster.APPLICATION_ID, flow)
                  .ifPresent(group -> seen.set(group.groupState()));
              return seen.get() != GroupState.STABLE;
            });
    victim.stop();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return rebalancing
            ? Bite.seen(
                "ended in order with exit code %d while its group was %s"
                    .formatted(victim.process().exitCode().orElse(-1), seen.get()))
            : Bite.none("its group was never seen rebalancing");
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }
}
