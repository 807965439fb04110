package dev.onceflow.verification.nemesis;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * SIGKILL of a broker under load, of any one or of one with a role. Bitten: with others, partitions
 * that it led have other leaders; alone, transactions were open at it when it died.
 */
final class BrokerKilled implements FaultKind {
  private static final Duration AWAY = Duration.ofSeconds(3);
  private static final Duration ROLE_LIMIT = Duration.ofSeconds(10);

  /** What the victim is, beside a leader of partitions. */
  private enum Role {
    ANY("broker-killed", 13),
    TRANSACTION_COORDINATOR("transaction-coordinator-killed", 11),
    GROUP_COORDINATOR("group-coordinator-killed", 12);

    private final String kind;
    private final int number;

    Role(String kind, int number) {
      this.kind = kind;
      this.number = number;
    }
  }

  private final Role role;

  private BrokerKilled(Role role) {
    this.role = role;
  }

  static FaultKind any() {
    return new BrokerKilled(Role.ANY);
  }

  static FaultKind transactionCoordinator() {
    return new BrokerKilled(Role.TRANSACTION_COORDINATOR);
  }

  static FaultKind groupCoordinator() {
    return new BrokerKilled(Role.GROUP_COORDINATOR);
  }

  @Override
  public String name() {
    return role.kind;
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return role != Role.ANY && shape.brokers() == 1
        ? Optional.of("one broker has all roles: broker-killed is the same")
        : Optional.empty();
  }

  @Override
  public String group() {
    return "broker";
  }

  @Override
  public int number() {
    return role.number;
  }

  @Override
  public Duration holds() {
    return AWAY;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<KafkaServer> victim = Victims.held(candidates(cluster, flow), random);
    boolean alone = cluster.brokers().size() == 1;
    Set<TopicPartition> led =
        Victims.atWork(
            victim,
            "partition that it leads",
            () -> led(victim, flow.admin()).filter(found -> !found.isEmpty()));
    Optional<OpenTransactions> open =
        Jobs.areTransactional(cluster)
            ? Optional.of(
                Victims.atWork(
                    victim,
                    "open transaction",
                    () -> OpenTransactions.of(Cluster.APPLICATION_ID, flow.admin())))
            : Optional.empty();
    victim.kill();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        String words =
            "killed as leader of %d partitions%s, %s"
                .formatted(
                    led.size(),
                    role == Role.ANY
                        ? ""
                        : " and " + role.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    open.map(found -> "under the transactions " + found)
                        .orElse("under a load without transactions"));
        if (alone) {
          return Bite.seen(words);
        }
        Set<TopicPartition> moved = new HashSet<>(led);
        moved.removeAll(led(victim, flow.admin()).orElse(led));
        return moved.isEmpty()
            ? Bite.none("its partitions have no other leader yet")
            : Bite.seen(words + "; %d got another leader".formatted(moved.size()));
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }

  private List<Member<KafkaServer>> candidates(Cluster cluster, Flow flow) {
    if (role == Role.ANY) {
      return cluster.brokers();
    }
    AtomicReference<Optional<Integer>> id = new AtomicReference<>(Optional.empty());
    Waiting.until(
        ROLE_LIMIT,
        () -> {
          id.set(
              role == Role.GROUP_COORDINATOR
                  ? Jobs.group(Cluster.APPLICATION_ID, flow).map(group -> group.coordinator().id())
                  : OpenTransactions.coordinator(Cluster.APPLICATION_ID, flow.admin()));
          return id.get().isPresent();
        });
    return cluster.brokers().stream()
        .filter(broker -> id.get().filter(found -> found == broker.server().id()).isPresent())
        .toList();
  }

  /** Partitions of the job's topics that a broker leads, or nothing while nobody can say. */
  private static Optional<Set<TopicPartition>> led(Member<KafkaServer> broker, Admin admin) {
    return Flow.answer(
            admin
                .describeTopics(
                    List.of(
                        Topics.PAYMENTS.name(),
                        Topics.LEDGER_ENTRIES.name(),
                        Topics.ACCOUNT_BALANCES.name()))
                .allTopicNames())
        .map(
            topics -> {
              Set<TopicPartition> led = new HashSet<>();
              topics.values().forEach(topic -> collect(topic, broker.server().id(), led));
              return led;
            });
  }

  private static void collect(TopicDescription topic, int broker, Set<TopicPartition> led) {
    for (TopicPartitionInfo partition : topic.partitions()) {
      Node leader = partition.leader();
      if (leader != null && leader.id() == broker) {
        led.add(new TopicPartition(topic.name(), partition.partition()));
      }
    }
  }
}
