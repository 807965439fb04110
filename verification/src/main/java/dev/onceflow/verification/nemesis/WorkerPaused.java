package dev.onceflow.verification.nemesis;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * SIGSTOP of a Connect worker until another one writes for its partitions, and SIGCONT: two writers
 * for the same partitions. Bitten: the fence of its partitions was claimed by another.
 */
final class WorkerPaused implements FaultKind {
  @Override
  public String name() {
    return "worker-paused";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 38;
  }

  /** Longer than the sessions of worker and consumer, 4 s and 6 s, and a take-over. */
  @Override
  public Duration holds() {
    return Duration.ofSeconds(18);
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return shape.workers() < 2
        ? Optional.of("with one worker nobody writes for its partitions")
        : Optional.empty();
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<ConnectWorker> victim = Victims.held(cluster.workers(), random);
    Set<TopicPartition> partitions =
        Victims.atWork(victim, "partition", () -> SinkTasks.partitionsOn(victim, cluster, flow));
    long claimedBefore = SinkTasks.claims(partitions, flow);
    victim.process().pause();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        if (!cluster.mode().keepsFence()) {
          return Bite.seen("stood still with %d partitions".formatted(partitions.size()));
        }
        long claims = SinkTasks.claims(partitions, flow) - claimedBefore;
        return claims > 0
            ? Bite.seen(
                "stood still until %d of its %d partitions had been claimed by others"
                    .formatted(claims, partitions.size()))
            : Bite.none("nobody has claimed its partitions yet");
      }

      @Override
      void lift() {
        victim.process().resume();
        victim.release();
      }
    };
  }
}
