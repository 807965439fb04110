package dev.onceflow.verification.nemesis;

import dev.onceflow.local.proxy.Hit;
import dev.onceflow.local.proxy.KafkaProxy;
import dev.onceflow.local.proxy.RequestFault;
import dev.onceflow.local.proxy.Strike;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * The job's processes are killed, and what each has to ask the brokers for when it starts again is
 * refused a few times. Bitten: a proxy refused its requests.
 *
 * @param name of the kind of fault
 * @param number as FaultKind has it
 * @param api which requests
 * @param errors what is answered, each to some requests in turn
 */
record JobStartRefused(String name, int number, ApiKeys api, List<Errors> errors)
    implements FaultKind {
  private static final int TIMES_EACH = 3;

  /** Client IDs of the job's processes begin so. */
  private static final String JOBS = "job-";

  @Override
  public Duration holds() {
    return Duration.ofSeconds(20);
  }

  @Override
  public String group() {
    return "wire";
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    // All of them: one alone may come back to nothing but standby tasks, and ask for nothing.
    List<Member<JobProcess>> victims = cluster.jobs().stream().filter(Member::hold).toList();
    if (victims.isEmpty()) {
      throw new NothingToStrike("none of %s is free".formatted(cluster.jobs()));
    }
    victims.forEach(Member::kill);
    List<Order> orders =
        cluster.lines().clientsToBrokers().stream()
            .flatMap(line -> errors.stream().map(error -> Order.at(line, fault(error))))
            .toList();
    // It has to come back while they are refused: the fault's end is theirs, not its restart.
    victims.forEach(Member::release);
    return new Blow("jobs") {
      @Override
      public Bite bite() {
        List<String> hits = orders.stream().flatMap(Order::hits).toList();
        return hits.isEmpty()
            ? Bite.none("no %s came".formatted(api))
            : Bite.seen("%s refused: %s".formatted(api, String.join(", ", hits)));
      }

      @Override
      void lift() {
        orders.forEach(order -> order.line().withdraw(order.fault()));
      }
    };
  }

  private RequestFault fault(Errors error) {
    return new RequestFault(api, Strike.errorAnswer(error), TIMES_EACH, JOBS);
  }

  /** What a line was ordered to refuse, and how often equal orders had before. */
  private record Order(KafkaProxy line, RequestFault fault, int before) {
    static Order at(KafkaProxy line, RequestFault fault) {
      int before = line.fired(fault);
      line.order(fault);
      return new Order(line, fault, before);
    }

    Stream<String> hits() {
      List<Hit> all = line.hits(fault);
      return all.subList(before, all.size()).stream()
          .map(hit -> "%s by %s".formatted(hit.clientId(), fault.strike().error()));
    }
  }
}
