package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Whether the job's topics, and its internal ones, survive the loss of a broker. */
final class ReplicationRules {
  private static final Finding.Rule REPLICATION =
      new Finding.Rule(
          "topics.replication",
          "3 replicas and min.insync.replicas = 2 or more, on three or more brokers",
          "the loss of one broker would lose what was acknowledged");

  private static final Finding.Rule INTERNAL =
      new Finding.Rule(
          "internal.replication",
          "changelogs and repartition topics with 3 replicas and min.insync.replicas = 2 or more",
          "the loss of one broker would lose state: dedupe would take known events for new");

  private static final Finding.Rule UNCLEAN =
      new Finding.Rule(
          "unclean.leader.election",
          "unclean.leader.election.enable = false",
          "a replica that lacks acknowledged records would become leader");

  private final JobConfig config;
  private final TopicsSeen topics;
  private final InternalTopics internal;
  private final Brokers brokers;

  ReplicationRules(JobConfig config, TopicsSeen topics, InternalTopics internal, Brokers brokers) {
    this.config = config;
    this.topics = topics;
    this.internal = internal;
    this.brokers = brokers;
  }

  List<Finding> check() {
    return List.of(
        replication(REPLICATION, topics),
        internal
            .there()
            .judge(
                INTERNAL,
                seen -> seen.there().isEmpty() ? internalToCome() : replication(INTERNAL, seen)),
        unclean());
  }

  private Finding replication(Finding.Rule rule, TopicsSeen seen) {
    return brokers.nodes().judge(rule, nodes -> replication(rule, seen, nodes.size()));
  }

  private static Finding replication(Finding.Rule rule, TopicsSeen seen, int nodes) {
    if (nodes < Replication.BROKERS_MIN) {
      return rule.held(Replication.tooFewBrokers(nodes));
    }
    List<String> weak = new ArrayList<>();
    seen.there()
        .forEach(
            (name, description) -> {
              Config values = seen.settings().get(name);
              if (values != null) {
                Replication replication = Replication.of(description, values);
                if (!replication.isSafe()) {
                  weak.add(name + " has " + replication);
                }
              }
            });
    if (!weak.isEmpty()) {
      return rule.violated(
          String.join("; ", weak),
          """
          Raise replicas with 'kafka-reassign-partitions.sh' and min.insync.replicas with \
          'kafka-configs.sh --alter --entity-type topics --add-config min.insync.replicas=2'.""");
    }
    return seen.allSettingsVisible()
        ? rule.held("every topic can lose a broker")
        : rule.notVisible(TopicsSeen.SETTINGS_HIDDEN);
  }

  private Finding internalToCome() {
    return brokers.brokerConfig().judge(INTERNAL, this::internalToCome);
  }

  private Finding internalToCome(Config broker) {
    if (brokers.nodes() instanceof Seen.Visible<Collection<Node>> nodes
        && nodes.value().size() < Replication.BROKERS_MIN) {
      return INTERNAL.held(Replication.tooFewBrokers(nodes.value().size()));
    }
    Map<String, Object> effective = config.effective();
    int replicas =
        Integer.parseInt(effective.get(StreamsConfig.REPLICATION_FACTOR_CONFIG).toString());
    String minInsync =
        String.valueOf(
            effective.getOrDefault(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                broker.get("min.insync.replicas").value()));
    Replication replication =
        new Replication(
            replicas < 0
                ? Integer.parseInt(broker.get("default.replication.factor").value())
                : replicas,
            Integer.parseInt(minInsync));
    return replication.isSafe()
        ? INTERNAL.held("they will have " + replication)
        : INTERNAL.violated(
            "they would have " + replication,
            "Set replication.factor=3 and topic.min.insync.replicas=2.");
  }

  private Finding unclean() {
    List<String> unclean =
        topics.there().keySet().stream()
            .filter(
                topic ->
                    topics
                        .setting(topic, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG)
                        .filter("true"::equals)
                        .isPresent())
            .toList();
    if (!unclean.isEmpty()) {
      return UNCLEAN.violated(
          "true for " + String.join(", ", unclean),
          brokers.alterTopic(unclean.get(0), "unclean.leader.election.enable=false") + ".");
    }
    return topics.allSettingsVisible()
        ? UNCLEAN.held("false for every topic")
        : UNCLEAN.notVisible(TopicsSeen.SETTINGS_HIDDEN);
  }
}
