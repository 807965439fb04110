package dev.onceflow.verification.nemesis;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.connect.ConnectorStatus;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** What the sink's tasks on a worker have, and how far their offsets lag behind their effects. */
final class SinkTasks {
  private SinkTasks() {}

  /** The partitions of the tasks on a worker, or nothing where it has none. */
  static Optional<Set<TopicPartition>> partitionsOn(
      Member<ConnectWorker> worker, Cluster cluster, Flow flow) {
    Set<String> suffixes = new HashSet<>();
    try {
      String id = URI.create(worker.server().url()).getAuthority();
      List<ConnectorStatus.Part> tasks = cluster.sinkStatus().tasks();
      for (int i = 0; i < tasks.size(); i++) {
        if (tasks.get(i).worker().equals(id) && tasks.get(i).state().equals("RUNNING")) {
          suffixes.add(Cluster.SINK + "-" + i);
        }
      }
    } catch (UserException rebalancing) {
      return Optional.empty();
    }
    Set<TopicPartition> partitions =
        Jobs.group(Cluster.SINK_GROUP, flow).stream()
            .flatMap(group -> group.members().stream())
            .filter(member -> suffixes.stream().anyMatch(member.clientId()::endsWith))
            .flatMap(member -> member.assignment().topicPartitions().stream())
            .collect(Collectors.toSet());
    return partitions.isEmpty() ? Optional.empty() : Optional.of(partitions);
  }

  /**
   * How many offsets of these partitions are done in the database, and will be delivered again
   * because their consumer group says nothing of them. Without a fence to tell: how many the topic
   * holds beyond the group's.
   */
  static long doneButNotCommitted(Set<TopicPartition> partitions, Cluster cluster, Flow flow) {
    Optional<Map<TopicPartition, Long>> done =
        !cluster.mode().keepsFence()
            ? flow.ends(List.of(Topics.LEDGER_ENTRIES, Topics.ACCOUNT_BALANCES))
            : flow.sinkPositions();
    Optional<Map<TopicPartition, Long>> committed = flow.committed(Cluster.SINK_GROUP);
    if (done.isEmpty() || committed.isEmpty()) {
      return 0;
    }
    return partitions.stream()
        .mapToLong(
            each ->
                Math.max(
                    0, done.get().getOrDefault(each, 0L) - committed.get().getOrDefault(each, 0L)))
        .sum();
  }

  /** How often the fences of these partitions were claimed, over all; 0 while nobody can say. */
  static long claims(Set<TopicPartition> partitions, Flow flow) {
    String places =
        partitions.stream()
            .map(each -> "('%s', %d)".formatted(each.topic(), each.partition()))
            .collect(Collectors.joining(", "));
    return flow.number(
            "SELECT coalesce(sum(epoch), 0) FROM onceflow.fence WHERE run = '' AND (topic, partition) IN ("
                + places
                + ")")
        .orElse(0L);
  }
}
