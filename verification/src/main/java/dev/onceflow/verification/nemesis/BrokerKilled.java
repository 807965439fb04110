package dev.onceflow.verification.nemesis;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * SIGKILL of a broker under load. Bitten: with others, partitions that it led have other leaders;
 * alone, transactions were open at it when it died.
 */
final class BrokerKilled implements FaultKind {
  private static final Duration AWAY = Duration.ofSeconds(3);
  private static final String ANY_JOB = Cluster.APPLICATION_ID;

  @Override
  public String name() {
    return "broker-killed";
  }

  @Override
  public String group() {
    return "broker";
  }

  @Override
  public int number() {
    return 13;
  }

  @Override
  public Duration holds() {
    return AWAY;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<KafkaServer> victim = Victims.held(cluster.brokers(), random);
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
                    victim, "open transaction", () -> OpenTransactions.of(ANY_JOB, flow.admin())))
            : Optional.empty();
    victim.kill();
    return new Struck() {
      @Override
      public String victim() {
        return victim.name();
      }

      @Override
      public Bite bite() {
        String words =
            "killed as leader of %d partitions, %s"
                .formatted(
                    led.size(),
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
      public void end() {
        victim.release();
      }
    };
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
