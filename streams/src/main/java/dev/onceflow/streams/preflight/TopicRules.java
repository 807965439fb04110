package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** What the job's topics must hold. */
final class TopicRules {
  private static final int REQUEST_BYTES_DEFAULT = 1_048_576;

  private static final Finding.Rule EXIST =
      new Finding.Rule(
          "topics.exist",
          "all topics that the job reads and writes",
          "a topic that comes into being by itself has the broker's settings, not the job's");

  private static final Finding.Rule SETTINGS =
      new Finding.Rule(
          "topics.settings",
          "the settings that the job's topics are declared with",
          "compaction, retention and timestamps are part of what the job promises");

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

  private static final Finding.Rule CO_PARTITIONED =
      new Finding.Rule(
          "topics.copartitioned",
          "the same number of partitions in topics that are read together",
          "records of one key would meet different state");

  private static final Finding.Rule TIMESTAMPS =
      new Finding.Rule(
          "input.timestamps",
          "message.timestamp.type = LogAppendTime where event IDs are forgotten after a time",
          """
          with timestamps of producers, one clock that is ahead makes dedupe forget what it should \
          know""");

  private static final Finding.Rule HORIZON =
      new Finding.Rule(
          "dedupe.horizon",
          "dedupe.horizon.ms of at least the input's retention, or -1",
          """
          an input that is read again from its start holds events whose IDs are forgotten: those \
          with a time inside go to the quarantine, the others take effect again""");

  private static final Finding.Rule OUTPUT_SIZE =
      new Finding.Rule(
          "output.size",
          "max.message.bytes of the topics that the job writes of at least output.bytes.max",
          "a record that the broker refuses fails the job, again and again, at the same place");

  private static final Finding.Rule SET_ASIDE =
      new Finding.Rule(
          "set.aside.size",
          """
          quarantine and DLQ that take a record %d bytes larger than the inputs' largest, and a \
          producer that sends it"""
              .formatted(JobTopic.SET_ASIDE_ADDED_BYTES_MAX),
          "a large record that can't be set aside blocks its partition for good");

  private final JobConfig config;
  private final TopologyFactory factory;
  private final Brokers brokers;

  TopicRules(JobConfig config, TopologyFactory factory, Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.brokers = brokers;
  }

  List<Finding> check() {
    Map<String, TopicDescription> there = new TreeMap<>();
    List<String> hidden = new ArrayList<>();
    for (JobTopic topic : factory.topics()) {
      Seen<Optional<TopicDescription>> seen = brokers.topic(topic.name());
      if (seen instanceof Seen.Visible<Optional<TopicDescription>> visible) {
        visible.value().ifPresent(description -> there.put(topic.name(), description));
      } else {
        hidden.add(topic.name());
      }
    }
    Map<String, Config> settings = new LinkedHashMap<>();
    for (String name : there.keySet()) {
      if (brokers.topicConfig(name) instanceof Seen.Visible<Config> visible) {
        settings.put(name, visible.value());
      }
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(exist(there.keySet(), hidden));
    findings.add(settings(settings, there.keySet()));
    findings.add(replication(REPLICATION, there, settings));
    findings.add(internal());
    findings.add(unclean(settings, there.keySet()));
    findings.add(coPartitioned(there));
    findings.add(timestamps(settings));
    findings.add(horizon(settings));
    findings.add(outputSize(settings));
    findings.add(setAside(settings));
    return findings;
  }

  private Finding exist(Set<String> there, List<String> hidden) {
    Set<String> missing = new TreeSet<>();
    factory.topics().forEach(topic -> missing.add(topic.name()));
    missing.removeAll(there);
    hidden.forEach(missing::remove);
    if (!missing.isEmpty()) {
      return EXIST.violated(
          "missing: " + String.join(", ", missing),
          "Create them before the job starts, or set topics.create=true.");
    }
    return hidden.isEmpty()
        ? EXIST.held(String.join(", ", there))
        : EXIST.notVisible("no right to describe " + String.join(", ", hidden));
  }

  private Finding settings(Map<String, Config> settings, Set<String> there) {
    List<String> wrong = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (JobTopic topic : factory.topics()) {
      Config actual = settings.get(topic.name());
      if (actual == null) {
        continue;
      }
      for (Map.Entry<String, String> needed : new TreeMap<>(topic.settings()).entrySet()) {
        ConfigEntry entry = actual.get(needed.getKey());
        if (entry != null && !suffices(needed.getKey(), entry.value(), needed.getValue())) {
          wrong.add(
              "%s has %s = %s instead of %s"
                  .formatted(topic.name(), needed.getKey(), entry.value(), needed.getValue()));
          remedies.add(alter(topic.name(), needed.getKey() + "=" + needed.getValue()));
        }
      }
    }
    if (!wrong.isEmpty()) {
      return SETTINGS.violated(String.join("; ", wrong), String.join("; ", remedies) + ".");
    }
    return settings.keySet().containsAll(there)
        ? SETTINGS.held("as declared")
        : SETTINGS.notVisible("no right to describe the settings of all topics");
  }

  // A topic that takes larger records than declared does no harm.
  private static boolean suffices(String key, String actual, String needed) {
    return key.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
        ? Long.parseLong(actual) >= Long.parseLong(needed)
        : actual.equalsIgnoreCase(needed);
  }

  private Finding replication(
      Finding.Rule rule, Map<String, TopicDescription> there, Map<String, Config> settings) {
    return brokers
        .nodes()
        .judge(
            rule,
            nodes -> {
              if (nodes.size() < Replication.BROKERS_MIN) {
                return rule.held(Replication.tooFewBrokers(nodes.size()));
              }
              List<String> weak = new ArrayList<>();
              there.forEach(
                  (name, description) -> {
                    Config values = settings.get(name);
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
                    'kafka-configs.sh --alter --entity-type topics'.""");
              }
              return settings.keySet().containsAll(there.keySet())
                  ? rule.held("every topic can lose a broker")
                  : rule.notVisible("no right to describe the settings of all topics");
            });
  }

  private Finding internal() {
    Seen<Set<String>> names = brokers.topicNames();
    if (names instanceof Seen.Hidden<Set<String>> hidden) {
      return INTERNAL.notVisible(hidden.reason());
    }
    Map<String, TopicDescription> there = new TreeMap<>();
    Map<String, Config> settings = new LinkedHashMap<>();
    for (String name : ((Seen.Visible<Set<String>>) names).value()) {
      boolean ours =
          name.startsWith(config.applicationId() + "-")
              && (name.endsWith("-changelog") || name.endsWith("-repartition"));
      if (ours
          && brokers.topic(name) instanceof Seen.Visible<Optional<TopicDescription>> topic
          && topic.value().isPresent()) {
        there.put(name, topic.value().get());
        if (brokers.topicConfig(name) instanceof Seen.Visible<Config> visible) {
          settings.put(name, visible.value());
        }
      }
    }
    return there.isEmpty() ? internalToCome() : replication(INTERNAL, there, settings);
  }

  private Finding internalToCome() {
    return brokers
        .brokerConfig()
        .judge(
            INTERNAL,
            broker -> {
              Seen<Integer> nodes = countOfNodes();
              if (nodes instanceof Seen.Visible<Integer> count
                  && count.value() < Replication.BROKERS_MIN) {
                return INTERNAL.held(Replication.tooFewBrokers(count.value()));
              }
              Map<String, Object> effective = config.effective();
              int replicas =
                  Integer.parseInt(
                      effective.get(StreamsConfig.REPLICATION_FACTOR_CONFIG).toString());
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
            });
  }

  private Seen<Integer> countOfNodes() {
    return brokers.nodes() instanceof Seen.Visible<Collection<Node>> v
        ? new Seen.Visible<>(v.value().size())
        : new Seen.Hidden<>("the brokers are not visible");
  }

  private static Finding unclean(Map<String, Config> settings, Set<String> there) {
    List<String> unclean =
        settings.entrySet().stream()
            .filter(
                topic ->
                    "true"
                        .equals(
                            value(
                                topic.getValue(),
                                TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG)))
            .map(Map.Entry::getKey)
            .toList();
    if (!unclean.isEmpty()) {
      return UNCLEAN.violated(
          "true for " + String.join(", ", unclean),
          alter(unclean.get(0), "unclean.leader.election.enable=false") + ".");
    }
    return settings.keySet().containsAll(there)
        ? UNCLEAN.held("false for every topic")
        : UNCLEAN.notVisible("no right to describe the settings of all topics");
  }

  private Finding coPartitioned(Map<String, TopicDescription> there) {
    for (Set<String> group : factory.coPartitioned()) {
      Map<String, Integer> partitions = new TreeMap<>();
      group.forEach(
          name -> {
            if (there.containsKey(name)) {
              partitions.put(name, there.get(name).partitions().size());
            }
          });
      if (new TreeSet<>(partitions.values()).size() > 1) {
        return CO_PARTITIONED.violated(
            "partitions: " + partitions,
            "Make a topic with the right number, copy the records, and read that one.");
      }
    }
    return CO_PARTITIONED.held(
        factory.coPartitioned().isEmpty()
            ? "no topics are read together"
            : factory.coPartitioned().toString());
  }

  private Finding timestamps(Map<String, Config> settings) {
    List<String> wrong = new ArrayList<>();
    factory
        .horizonsMs(config.effective())
        .forEach(
            (topic, horizonMs) -> {
              String type = value(settings.get(topic), TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
              if (horizonMs >= 0 && type != null && !"LogAppendTime".equals(type)) {
                wrong.add(topic);
              }
            });
    return wrong.isEmpty()
        ? TIMESTAMPS.held("the brokers' clock, or nothing is forgotten")
        : TIMESTAMPS.violated(
            "message.timestamp.type = CreateTime for " + String.join(", ", wrong),
            alter(wrong.get(0), "message.timestamp.type=LogAppendTime") + ".");
  }

  private Finding horizon(Map<String, Config> settings) {
    List<String> held = new ArrayList<>();
    for (Map.Entry<String, Long> input :
        new TreeMap<>(factory.horizonsMs(config.effective())).entrySet()) {
      Config values = settings.get(input.getKey());
      long horizonMs = input.getValue();
      if (horizonMs >= 0 && values != null) {
        long retentionMs = retentionMs(values);
        if (retentionMs < 0 || retentionMs > horizonMs) {
          return HORIZON.violated(
              "dedupe.horizon.ms = %d, %s is kept %s"
                  .formatted(
                      horizonMs,
                      input.getKey(),
                      retentionMs < 0 ? "forever" : "for " + retentionMs + " ms"),
              """
              Raise dedupe.horizon.ms (-1 is forever), or lower retention.ms of %s; or, where all \
              event IDs are UUIDs of version 7, accept it: such events go to the quarantine, never \
              twice to effect."""
                  .formatted(input.getKey()));
        }
      }
      held.add(input.getKey() + ": " + (horizonMs < 0 ? "forever" : horizonMs + " ms"));
    }
    return HORIZON.held(held.isEmpty() ? "nothing is deduplicated" : String.join(", ", held));
  }

  private static long retentionMs(Config config) {
    return value(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains("delete")
        ? Long.parseLong(value(config, TopicConfig.RETENTION_MS_CONFIG))
        : -1;
  }

  private Finding outputSize(Map<String, Config> settings) {
    for (JobTopic topic : factory.topics()) {
      Config values = settings.get(topic.name());
      if (topic.role() == JobTopic.Role.OUTPUT
          && values != null
          && bytesMax(values) < config.outputBytesMax()) {
        return OUTPUT_SIZE.violated(
            "%s takes %d bytes, output.bytes.max = %d"
                .formatted(topic.name(), bytesMax(values), config.outputBytesMax()),
            "Lower output.bytes.max, or "
                + alter(topic.name(), "max.message.bytes=" + config.outputBytesMax())
                + ".");
      }
    }
    return OUTPUT_SIZE.held("output.bytes.max = " + config.outputBytesMax());
  }

  private Finding setAside(Map<String, Config> settings) {
    long largest = 0;
    for (JobTopic topic : factory.topics()) {
      if (topic.role() == JobTopic.Role.INPUT && settings.containsKey(topic.name())) {
        largest = Math.max(largest, bytesMax(settings.get(topic.name())));
      }
    }
    long needed = largest + JobTopic.SET_ASIDE_ADDED_BYTES_MAX;
    for (JobTopic topic : factory.topics()) {
      Config values = settings.get(topic.name());
      if (topic.role() == JobTopic.Role.SET_ASIDE && values != null && bytesMax(values) < needed) {
        return SET_ASIDE.violated(
            "%s takes %d bytes, the inputs %d".formatted(topic.name(), bytesMax(values), largest),
            alter(topic.name(), "max.message.bytes=" + needed) + ".");
      }
    }
    long request =
        SettingRules.number(
            config
                .streams()
                .getProducerConfigs("client")
                .getOrDefault(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_DEFAULT));
    boolean setsAside =
        factory.topics().stream().anyMatch(topic -> topic.role() == JobTopic.Role.SET_ASIDE);
    if (setsAside && request < needed) {
      return SET_ASIDE.violated(
          "max.request.size = %d, the inputs take %d bytes".formatted(request, largest),
          "Set max.request.size to " + needed + " or more.");
    }
    return SET_ASIDE.held(
        setsAside ? "inputs take %d bytes".formatted(largest) : "no record is set aside");
  }

  private static long bytesMax(Config config) {
    return Long.parseLong(value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = config == null ? null : config.get(key);
    return entry == null ? null : entry.value();
  }

  private static String alter(String topic, String setting) {
    return "'kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s'"
        .formatted(topic, setting);
  }
}
