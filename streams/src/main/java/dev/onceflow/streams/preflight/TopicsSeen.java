package dev.onceflow.streams.preflight;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What the brokers say of some topics. A rule that holds only because it saw nothing would be a
 * lie: before it says so, it asks {@link #unseen}.
 *
 * @param there those that exist
 * @param settings those whose settings are visible
 * @param hidden names of which the brokers don't even say whether they exist
 */
record TopicsSeen(
    Map<String, TopicDescription> there, Map<String, Config> settings, List<String> hidden) {

  static TopicsSeen of(Collection<String> names, Brokers brokers) {
    Map<String, TopicDescription> there = new TreeMap<>();
    List<String> hidden = new ArrayList<>();
    for (String name : names) {
      if (brokers.topic(name) instanceof Seen.Visible<Optional<TopicDescription>> visible) {
        visible.value().ifPresent(description -> there.put(name, description));
      } else {
        hidden.add(name);
      }
    }
    Map<String, Config> settings = new LinkedHashMap<>();
    for (String name : there.keySet()) {
      if (brokers.topicConfig(name) instanceof Seen.Visible<Config> visible) {
        settings.put(name, visible.value());
      }
    }
    return new TopicsSeen(there, settings, hidden);
  }

  /**
   * Why the settings of some of these topics are not known, empty where all are: no right to
   * describe them, or the topic is not there.
   */
  Optional<String> unseen(Collection<String> names) {
    List<String> reasons = new ArrayList<>();
    List<String> missing = names.stream().filter(name -> noneMayBe(List.of(name))).toList();
    if (!missing.isEmpty()) {
      reasons.add("not there: " + String.join(", ", missing));
    }
    List<String> unseen =
        names.stream()
            .filter(name -> !settings.containsKey(name) && !missing.contains(name))
            .toList();
    if (!unseen.isEmpty()) {
      reasons.add("the settings of %s can't be seen".formatted(String.join(", ", unseen)));
    }
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
  }

  /** Whether none of these is there, nor hidden. */
  boolean noneMayBe(Collection<String> names) {
    return names.stream().noneMatch(name -> there.containsKey(name) || hidden.contains(name));
  }

  /** The same for the topics that are there, and those that may be. */
  Optional<String> unseen() {
    List<String> names = new ArrayList<>(there.keySet());
    names.addAll(hidden);
    return unseen(names);
  }

  /** A setting's value, empty where it can't be seen or the brokers don't know it. */
  Optional<String> setting(String topic, String key) {
    return Optional.ofNullable(settings.get(topic))
        .map(config -> config.get(key))
        .map(ConfigEntry::value);
  }

  /** The largest batch that a topic takes, empty where it can't be seen. */
  Optional<Long> bytesMax(String topic) {
    return setting(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG).map(Long::parseLong);
  }
}
