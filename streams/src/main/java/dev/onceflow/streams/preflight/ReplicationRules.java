package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
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
          """
          a replica that lacks acknowledged records would become leader; of a changelog it lacks \
          IDs that were seen""");

  private static final String UNCLEAN_KEY = TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG;

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
        brokers.nodes().judge(REPLICATION, nodes -> replication(nodes.size())),
        brokers.nodes().judge(INTERNAL, nodes -> internal(nodes.size())),
        unclean());
  }

  private Finding replication(int nodes) {
    if (nodes < Replication.BROKERS_MIN) {
      return REPLICATION.held(Replication.tooFewBrokers(nodes));
    }
    Map<String, Replication> weak = weak(topics);
    return weak.isEmpty()
        ? topics
            .unseen()
            .map(REPLICATION::notVisible)
            .orElseGet(() -> REPLICATION.held("every topic can lose a broker"))
        : REPLICATION.violated(said(weak), raise(weak) + ".");
  }

  private Finding internal(int nodes) {
    if (nodes < Replication.BROKERS_MIN) {
      return INTERNAL.held(Replication.tooFewBrokers(nodes));
    }
    Map<String, Replication> weak = weak(internal.seen());
    List<String> wrong = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    if (!weak.isEmpty()) {
      wrong.add(said(weak));
      remedies.add(raise(weak));
    }
    Seen<Optional<Replication>> toCome = toCome();
    if (toCome instanceof Seen.Visible<Optional<Replication>> visible) {
      visible
          .value()
          .filter(replication -> !replication.isSafe())
          .ifPresent(
              replication -> {
                wrong.add("those to come would have " + replication);
                remedies.add("Set replication.factor=3 and topic.min.insync.replicas=2");
              });
    }
    if (!wrong.isEmpty()) {
      return INTERNAL.violated(String.join("; ", wrong), String.join("; ", remedies) + ".");
    }
    return internal
        .seen()
        .unseen()
        .map(INTERNAL::notVisible)
        .orElseGet(
            () ->
                toCome.judge(
                    INTERNAL,
                    replication ->
                        INTERNAL.held(
                            replication
                                .map(each -> "those to come will have " + each)
                                .orElse("every topic can lose a broker"))));
  }

  /** The topics that are not kept often enough. */
  private static Map<String, Replication> weak(TopicsSeen seen) {
    Map<String, Replication> weak = new TreeMap<>();
    seen.there()
        .forEach(
            (name, description) -> {
              Config values = seen.settings().get(name);
              if (values != null) {
                Replication replication = Replication.of(description, values);
                if (!replication.isSafe()) {
                  weak.put(name, replication);
                }
              }
            });
    return weak;
  }

  private static String said(Map<String, Replication> weak) {
    return weak.entrySet().stream()
        .map(topic -> topic.getKey() + " has " + topic.getValue())
        .collect(Collectors.joining("; "));
  }

  private String raise(Map<String, Replication> weak) {
    return """
        Raise replicas with 'kafka-reassign-partitions.sh' and min.insync.replicas with %s"""
        .formatted(
            weak.keySet().stream()
                .map(topic -> brokers.alterTopic(topic, "min.insync.replicas=2"))
                .collect(Collectors.joining(", ")));
  }

  /** How often the internal topics that are not there yet would be kept, empty where none is. */
  private Seen<Optional<Replication>> toCome() {
    if (!internal.areToCome()) {
      return new Seen.Visible<>(Optional.empty());
    }
    Seen<Config> topic = internal.toCome(List.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG));
    Seen<Config> broker = brokers.brokerConfig();
    if (topic instanceof Seen.Hidden<Config> hidden) {
      return new Seen.Hidden<>(hidden.reason());
    }
    if (broker instanceof Seen.Hidden<Config> hidden) {
      return new Seen.Hidden<>(hidden.reason());
    }
    int replicas =
        Integer.parseInt(
            config.effective().get(StreamsConfig.REPLICATION_FACTOR_CONFIG).toString());
    return new Seen.Visible<>(
        Optional.of(
            new Replication(
                replicas < 0
                    ? number(((Seen.Visible<Config>) broker).value(), "default.replication.factor")
                    : replicas,
                number(
                    ((Seen.Visible<Config>) topic).value(),
                    TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG))));
  }

  private static int number(Config config, String key) {
    return Integer.parseInt(config.get(key).value());
  }

  private Finding unclean() {
    List<String> unclean = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (TopicsSeen seen : List.of(topics, internal.seen())) {
      for (String topic : seen.there().keySet()) {
        if (isUnclean(seen.setting(topic, UNCLEAN_KEY))) {
          unclean.add(topic);
          remedies.add(brokers.alterTopic(topic, UNCLEAN_KEY + "=false"));
        }
      }
    }
    Seen<Config> toCome = internal.toCome(List.of(UNCLEAN_KEY));
    if (toCome instanceof Seen.Visible<Config> visible
        && isUnclean(
            Optional.ofNullable(visible.value().get(UNCLEAN_KEY)).map(ConfigEntry::value))) {
      unclean.add("internal topics to come");
      remedies.add("Set " + StreamsConfig.topicPrefix(UNCLEAN_KEY) + "=false for the job");
    }
    if (!unclean.isEmpty()) {
      return UNCLEAN.violated(
          "true for " + String.join(", ", unclean), String.join("; ", remedies) + ".");
    }
    return topics
        .unseen()
        .or(() -> internal.seen().unseen())
        .map(UNCLEAN::notVisible)
        .orElseGet(() -> toCome.judge(UNCLEAN, settings -> UNCLEAN.held("false for every topic")));
  }

  private static boolean isUnclean(Optional<String> value) {
    return value.filter("true"::equalsIgnoreCase).isPresent();
  }
}
