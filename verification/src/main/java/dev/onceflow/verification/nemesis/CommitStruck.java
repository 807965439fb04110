package dev.onceflow.verification.nemesis;

import dev.onceflow.local.proxy.Fault;
import dev.onceflow.local.proxy.PostgresProxy;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import java.util.Random;

/**
 * Something happens to the next COMMIT of the sink, or to its answer. Bitten: the proxy struck it.
 *
 * @param name of the kind of fault
 * @param number as FaultKind has it
 * @param fault what happens
 */
record CommitStruck(String name, int number, Fault fault) implements FaultKind {
  @Override
  public String group() {
    return "wire";
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    PostgresProxy line = cluster.lines().sinkToDatabase();
    int before = line.fired(fault);
    line.order(fault);
    return new Blow("sink-database") {
      @Override
      public Bite bite() {
        return line.fired(fault) > before
            ? Bite.seen("the COMMIT of a transaction that had written: " + fault)
            : Bite.none("no COMMIT came");
      }

      @Override
      void lift() {
        // It strikes once; one that is stuck is ended by the sink's own timeout.
      }
    };
  }
}
