package dev.onceflow.verification.nemesis;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * SIGKILL of two of three brokers, or of all, at once. With two away nothing can be written, since
 * two must have a record. Bitten: transactions were open, and the brokers that are left can't say
 * where the topics end, or there are none.
 *
 * @param name of the kind of fault
 * @param number as FaultKind has it
 * @param left how many brokers stay
 */
record BrokersKilled(String name, int number, int left) implements FaultKind {
  @Override
  public String group() {
    return "broker";
  }

  @Override
  public Duration holds() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return shape.brokers() < 3 ? Optional.of("it takes three brokers") : Optional.empty();
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    List<Member<KafkaServer>> shuffled = new ArrayList<>(cluster.brokers());
    Collections.shuffle(shuffled, random);
    List<Member<KafkaServer>> victims = new ArrayList<>();
    for (Member<KafkaServer> broker : shuffled.subList(left, shuffled.size())) {
      if (!broker.hold()) {
        victims.forEach(Member::release);
        throw new NothingToStrike(broker + " is not free");
      }
      victims.add(broker);
    }
    Optional<OpenTransactions> open = OpenTransactions.of(Cluster.APPLICATION_ID, flow.admin());
    victims.parallelStream().forEach(Member::kill);
    return new Blow(victims.toString()) {
      @Override
      public Bite bite() {
        return open.map(found -> Bite.seen("killed at once under the transactions " + found))
            .orElse(Bite.none("no transaction was open"));
      }

      @Override
      void lift() {
        victims.forEach(Member::release);
      }
    };
  }
}
