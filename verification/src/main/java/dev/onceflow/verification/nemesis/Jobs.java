package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Mode;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;

/** What the brokers say of the job's processes. */
final class Jobs {
  private Jobs() {}

  /**
   * A job's process that has partitions; it is held from now on.
   *
   * @throws NothingToStrike if none has
   */
  static Member<JobProcess> heldWithPartitions(Cluster cluster, Flow flow, Random random) {
    return Victims.heldAtWork(
        cluster.jobs(), random, "a partition", job -> partitionsOf(job, flow).isPresent());
  }

  /** Whether the job writes in Kafka transactions, which its control does not. */
  static boolean areTransactional(Cluster cluster) {
    return cluster.mode() != Mode.AT_LEAST_ONCE;
  }

  /** How many partitions a process has, or nothing while it has none. */
  static Optional<Integer> partitionsOf(Member<JobProcess> job, Flow flow) {
    int partitions =
        members(job, flow).stream()
            .mapToInt(member -> member.assignment().topicPartitions().size())
            .sum();
    return partitions == 0 ? Optional.empty() : Optional.of(partitions);
  }

  /** The IDs under which a process is a member of its group; a dead one is until it is missed. */
  static Set<String> memberIds(Member<JobProcess> job, Flow flow) {
    return members(job, flow).stream()
        .map(MemberDescription::consumerId)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<MemberDescription> members(Member<JobProcess> job, Flow flow) {
    return group(Cluster.APPLICATION_ID, flow)
        .map(
            group ->
                group.members().stream()
                    .filter(each -> each.clientId().startsWith(job.name() + "-StreamThread"))
                    .toList())
        .orElse(List.of());
  }

  /** A consumer group, or nothing while its coordinator is away. */
  static Optional<ConsumerGroupDescription> group(String name, Flow flow) {
    return Flow.answer(
        flow.admin().describeConsumerGroups(List.of(name)).describedGroups().get(name));
  }
}
