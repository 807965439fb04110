package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.util.Optional;
import java.util.Random;

/**
 * SIGKILL of a job's process in the middle of a Kafka transaction. Bitten: the transaction that was
 * open stays open at the brokers, so that what it has written must be aborted and made again.
 */
final class JobKilled implements FaultKind {
  @Override
  public String name() {
    return "job-killed";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 1;
  }

  @Override
  public boolean abortsTransactions() {
    return true;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    boolean transactional = Jobs.areTransactional(cluster);
    // Nothing comes between this look and the blow: a transaction is over in milliseconds.
    Member<JobProcess> victim =
        Victims.heldAtWork(
            cluster.jobs(),
            random,
            transactional ? "an open transaction" : "a partition",
            job ->
                transactional
                    ? OpenTransactions.of(job.server(), flow).isPresent()
                    : Jobs.partitionsOf(job, flow).isPresent());
    Optional<Integer> partitions =
        transactional ? Optional.empty() : Jobs.partitionsOf(victim, flow);
    victim.kill();
    return new Blow(victim.name()) {
      private boolean looked;
      private Optional<OpenTransactions> left = Optional.empty();

      @Override
      public Bite bite() {
        if (!transactional) {
          return partitions
              .map(count -> Bite.seen("killed with %d partitions assigned".formatted(count)))
              .orElse(Bite.none("it had no partitions"));
        }
        if (!looked) {
          // Nobody commits or aborts a dead producer's transaction for some seconds.
          left = OpenTransactions.of(victim.server(), flow);
          looked = left.isPresent();
        }
        return left.map(open -> Bite.seen("left open the transactions " + open))
            .orElse(Bite.none("it left no transaction open"));
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
}
