package dev.onceflow.verification.nemesis;

import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;

/** What the brokers say of themselves. */
final class Brokers {
  private Brokers() {}

  /** Whether all are there, and every replica of the job's topics has all records. */
  static boolean allInSync(Cluster cluster, Flow flow) {
    return Flow.answer(flow.admin().describeCluster().nodes())
            .filter(nodes -> nodes.size() == cluster.brokers().size())
            .isPresent()
        && Flow.answer(
                flow.admin()
                    .describeTopics(Topics.ALL.stream().map(Topic::name).toList())
                    .allTopicNames())
            .filter(
                topics ->
                    topics.values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(each -> each.isr().size() == each.replicas().size()))
            .isPresent();
  }
}
