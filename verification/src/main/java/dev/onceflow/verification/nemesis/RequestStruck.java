package dev.onceflow.verification.nemesis;

import dev.onceflow.local.proxy.Hit;
import dev.onceflow.local.proxy.KafkaProxy;
import dev.onceflow.local.proxy.RequestFault;
import dev.onceflow.local.proxy.Strike;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Something happens to the next request of one kind from the job to each broker, or to its answer.
 * Bitten: a proxy struck one, and says whose.
 *
 * @param name of the kind of fault
 * @param number as FaultKind has it
 * @param api which requests
 * @param strike what happens to them
 * @param times how many at each broker
 */
record RequestStruck(String name, int number, ApiKeys api, Strike strike, int times)
    implements FaultKind {
  /** Client IDs of the job's processes begin so. */
  private static final String JOBS = "job-";

  @Override
  public String group() {
    return "wire";
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    RequestFault fault = new RequestFault(api, strike, times, JOBS);
    List<KafkaProxy> lines = cluster.lines().clientsToBrokers();
    List<Integer> before = lines.stream().map(line -> line.fired(fault)).toList();
    lines.forEach(line -> line.order(fault));
    return new Blow("jobs-brokers") {
      @Override
      public Bite bite() {
        List<String> hits = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
          List<Hit> all = lines.get(i).hits(fault);
          for (Hit hit : all.subList(before.get(i), all.size())) {
            hits.add(
                "%s of %s (correlation %d) at broker %d"
                    .formatted(api, hit.clientId(), hit.correlationId(), i + 1));
          }
        }
        return hits.isEmpty()
            ? Bite.none("no %s came".formatted(api))
            : Bite.seen("%s: %s".formatted(strike, String.join(", ", hits)));
      }

      @Override
      void lift() {
        lines.forEach(line -> line.withdraw(fault));
      }
    };
  }
}
