package dev.onceflow.verification.nemesis;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * SIGKILL of a Connect worker between its database's commits and its group's. Bitten: effects stand
 * in the database that the consumer group's offsets know nothing of, so that they are delivered
 * again.
 */
final class WorkerKilled implements FaultKind {
  /** So many come again that it shows: the group's offsets are committed every few seconds. */
  private static final long OFFSETS_MIN = 300;

  /** Of all tasks together, without a fence to tell them apart. */
  private static final long ROWS_MIN = 150;

  @Override
  public String name() {
    return "worker-killed";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 43;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<ConnectWorker> victim = Victims.held(cluster.workers(), random);
    return cluster.mode().commitsAfterEffects()
        ? betweenTheCommits(victim, cluster, flow)
        : afterTheOffsets(victim, cluster, flow);
  }

  private static Struck betweenTheCommits(
      Member<ConnectWorker> victim, Cluster cluster, Flow flow) {
    UncommittedRows rows = new UncommittedRows(flow);
    Set<TopicPartition> partitions =
        Victims.atWork(
            victim,
            "partition with effects beyond its group's offsets",
            () ->
                SinkTasks.partitionsOn(victim, cluster, flow)
                    .filter(
                        each ->
                            cluster.mode().keepsFence()
                                ? SinkTasks.doneButNotCommitted(each, cluster, flow) > OFFSETS_MIN
                                : rows.since(each) > ROWS_MIN));
    victim.kill();
    // Here and not later: another task may take the partitions over within seconds.
    Optional<Long> again =
        Optional.of(SinkTasks.doneButNotCommitted(partitions, cluster, flow))
            .filter(count -> count > 0);
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return again
            .map(
                count ->
                    Bite.seen(
                        "killed with %d partitions; %d offsets beyond its group's come again"
                            .formatted(partitions.size(), count)))
            .orElse(Bite.none("its group's offsets were up to date"));
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }

  /** The control that commits offsets first: how many effects it owes, only its database shows. */
  private static Struck afterTheOffsets(Member<ConnectWorker> victim, Cluster cluster, Flow flow) {
    Set<TopicPartition> partitions =
        Victims.atWork(victim, "partition", () -> SinkTasks.partitionsOn(victim, cluster, flow));
    victim.kill();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return Bite.seen(
            "killed with %d partitions, whose offsets are committed before their effects"
                .formatted(partitions.size()));
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }
}
