package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.TopicConfig;

/** Whether the job's topics are there, and as the job declares them. */
final class TopicRules {
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

  private static final Finding.Rule CO_PARTITIONED =
      new Finding.Rule(
          "topics.copartitioned",
          "the same number of partitions in topics that are read together",
          "records of one key would meet different state");

  private final JobConfig config;
  private final TopologyFactory factory;
  private final TopicsSeen topics;
  private final Brokers brokers;

  TopicRules(JobConfig config, TopologyFactory factory, TopicsSeen topics, Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.topics = topics;
    this.brokers = brokers;
  }

  List<Finding> check() {
    return List.of(exist(), settings(), coPartitioned());
  }

  private Finding exist() {
    Set<String> missing = new TreeSet<>();
    factory.topics().forEach(topic -> missing.add(topic.name()));
    missing.removeAll(topics.there().keySet());
    topics.hidden().forEach(missing::remove);
    if (!missing.isEmpty() && config.topicsCreate()) {
      return EXIST.held("made at the start (topics.create): " + String.join(", ", missing));
    }
    if (!missing.isEmpty()) {
      return EXIST.violated(
          "missing: " + String.join(", ", missing),
          "Create them before the job starts, or set topics.create=true.");
    }
    return topics.hidden().isEmpty()
        ? EXIST.held(String.join(", ", topics.there().keySet()))
        : EXIST.notVisible("no right to describe " + String.join(", ", topics.hidden()));
  }

  private Finding settings() {
    List<String> wrong = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (JobTopic topic : factory.topics()) {
      for (Map.Entry<String, String> needed : new TreeMap<>(topic.settings()).entrySet()) {
        Optional<String> actual = topics.setting(topic.name(), needed.getKey());
        if (actual.isPresent() && !suffices(needed.getKey(), actual.get(), needed.getValue())) {
          wrong.add(
              "%s has %s = %s instead of %s"
                  .formatted(topic.name(), needed.getKey(), actual.get(), needed.getValue()));
          remedies.add(brokers.alterTopic(topic.name(), needed.getKey() + "=" + needed.getValue()));
        }
      }
    }
    if (!wrong.isEmpty()) {
      return SETTINGS.violated(String.join("; ", wrong), String.join("; ", remedies) + ".");
    }
    return topics
        .unseen()
        .map(SETTINGS::notVisible)
        .orElseGet(
            () ->
                SETTINGS.held(topics.there().isEmpty() ? "no topic is there yet" : "as declared"));
  }

  // A topic that takes larger records than declared does no harm.
  private static boolean suffices(String key, String actual, String needed) {
    return key.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
        ? Long.parseLong(actual) >= Long.parseLong(needed)
        : actual.equalsIgnoreCase(needed);
  }

  private Finding coPartitioned() {
    for (Set<String> group : factory.coPartitioned()) {
      Map<String, Integer> partitions = new TreeMap<>();
      group.forEach(
          name -> {
            if (topics.there().containsKey(name)) {
              partitions.put(name, topics.there().get(name).partitions().size());
            }
          });
      if (new TreeSet<>(partitions.values()).size() > 1) {
        return CO_PARTITIONED.violated(
            "partitions: " + partitions,
            "Make a topic with the right number, copy the records, and read that one.");
      }
    }
    if (factory.coPartitioned().isEmpty()) {
      return CO_PARTITIONED.held("no topics are read together");
    }
    Set<String> unseen = new TreeSet<>();
    factory.coPartitioned().forEach(unseen::addAll);
    unseen.removeAll(topics.there().keySet());
    return unseen.isEmpty()
        ? CO_PARTITIONED.held(factory.coPartitioned().toString())
        : CO_PARTITIONED.notVisible(
            "the partitions of %s can't be seen".formatted(String.join(", ", unseen)));
  }
}
