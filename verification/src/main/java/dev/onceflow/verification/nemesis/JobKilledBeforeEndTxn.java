package dev.onceflow.verification.nemesis;

import dev.onceflow.local.proxy.Hit;
import dev.onceflow.local.proxy.KafkaProxy;
import dev.onceflow.local.proxy.RequestFault;
import dev.onceflow.local.proxy.Strike;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * SIGKILL of a job's process when all outputs and offsets of a commit are at the brokers and the
 * word that commits them is not: a proxy swallows its EndTxn, and tells by that when to kill.
 * Bitten: one was swallowed, and the transaction stays open at the brokers.
 */
final class JobKilledBeforeEndTxn implements FaultKind {
  @Override
  public String name() {
    return "job-killed-before-end-txn";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 2;
  }

  @Override
  public boolean abortsTransactions() {
    return true;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Jobs.heldWithPartitions(cluster, flow, random);
    RequestFault fault =
        new RequestFault(ApiKeys.END_TXN, Strike.REQUEST_STUCK, 1, victim.name() + "-StreamThread");
    List<KafkaProxy> lines = cluster.lines().clientsToBrokers();
    List<Integer> before = lines.stream().map(line -> line.fired(fault)).toList();
    lines.forEach(line -> line.order(fault));
    Hit swallowed;
    try {
      swallowed = Victims.atWork(victim, "EndTxn to send", () -> firstSince(before, lines, fault));
      victim.kill();
    } finally {
      lines.forEach(line -> line.withdraw(fault));
    }
    Optional<OpenTransactions> left = OpenTransactions.of(victim.server(), flow);
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return left.map(
                open ->
                    Bite.seen(
                        "killed after %s had sent EndTxn (correlation %d), which never came; it left open the transactions %s"
                            .formatted(swallowed.clientId(), swallowed.correlationId(), open)))
            .orElse(Bite.none("its transaction was over before it was killed"));
      }

      @Override
      public boolean recovered() {
        return left.isEmpty() || left.get().areOver(flow.admin());
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }

  private static Optional<Hit> firstSince(
      List<Integer> before, List<KafkaProxy> lines, RequestFault fault) {
    for (int i = 0; i < lines.size(); i++) {
      List<Hit> all = lines.get(i).hits(fault);
      if (all.size() > before.get(i)) {
        return Optional.of(all.get(before.get(i)));
      }
    }
    return Optional.empty();
  }
}
