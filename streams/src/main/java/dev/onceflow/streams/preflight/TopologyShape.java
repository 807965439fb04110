package dev.onceflow.streams.preflight;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.StreamsGroupSubtopologyDescription;
import org.apache.kafka.streams.TopologyDescription;

/**
 * What of a topology its running state hangs on: which sub-topology reads each source, and which
 * holds each store. The number of a sub-topology is part of its tasks' IDs.
 *
 * @param sources topic to sub-topology
 * @param stores store to sub-topology
 */
record TopologyShape(Map<String, Integer> sources, Map<String, Integer> stores) {
  private static final Pattern GENERATED = Pattern.compile(".*-\\d{10}(-.*)?");
  private static final String REPARTITION = "-repartition";
  private static final String SOURCE = "source";
  private static final String STORE = "store";

  TopologyShape {
    sources = new TreeMap<>(sources);
    stores = new TreeMap<>(stores);
  }

  static TopologyShape of(TopologyDescription description) {
    Map<String, Integer> sources = new TreeMap<>();
    Map<String, Integer> stores = new TreeMap<>();
    for (TopologyDescription.Subtopology part : description.subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Source source) {
          if (source.topicSet() != null) {
            source.topicSet().forEach(topic -> sources.put(topic, part.id()));
          }
          if (source.topicPattern() != null) {
            sources.put("pattern:" + source.topicPattern().pattern(), part.id());
          }
        } else if (node instanceof TopologyDescription.Processor processor) {
          processor.stores().forEach(store -> stores.put(store, part.id()));
        }
      }
    }
    return new TopologyShape(sources, stores);
  }

  /** Names that Streams made up, in order. */
  List<String> generatedNames() {
    List<String> names = new ArrayList<>();
    for (String name : stores.keySet()) {
      if (GENERATED.matcher(name).matches()) {
        names.add("store " + name);
      }
    }
    for (String name : sources.keySet()) {
      if (GENERATED.matcher(name).matches()) {
        names.add("topic " + name);
      }
    }
    return names;
  }

  /** The topics that Streams makes for this topology; of stores without a changelog, too. */
  List<String> internalTopics(String applicationId) {
    List<String> topics = new ArrayList<>();
    stores.keySet().forEach(store -> topics.add(changelog(store, applicationId)));
    sources.keySet().stream()
        .filter(source -> source.endsWith(REPARTITION))
        .forEach(source -> topics.add(inGroup(source, applicationId)));
    return topics;
  }

  /** In what this topology differs from the one that the brokers keep for a streams group. */
  List<String> changesSince(
      Collection<StreamsGroupSubtopologyDescription> group, String applicationId) {
    Set<String> before = new TreeSet<>();
    for (StreamsGroupSubtopologyDescription part : group) {
      List<String> topics = new ArrayList<>(part.sourceTopics());
      topics.addAll(part.repartitionSourceTopics().keySet());
      topics.addAll(part.stateChangelogTopics().keySet());
      topics.forEach(topic -> before.add(inPart(topic, part.subtopologyId())));
    }
    Set<String> now = new TreeSet<>();
    sources.forEach((topic, part) -> now.add(inPart(inGroup(topic, applicationId), "" + part)));
    stores.forEach((store, part) -> now.add(inPart(changelog(store, applicationId), "" + part)));
    List<String> changes = new ArrayList<>();
    now.stream().filter(topic -> !before.contains(topic)).forEach(t -> changes.add(t + " is new"));
    before.stream().filter(topic -> !now.contains(topic)).forEach(t -> changes.add(t + " is gone"));
    return changes;
  }

  private static String inPart(String topic, String part) {
    return topic + " in sub-topology " + part;
  }

  private static String inGroup(String source, String applicationId) {
    return source.endsWith(REPARTITION) ? applicationId + "-" + source : source;
  }

  private static String changelog(String store, String applicationId) {
    return applicationId + "-" + store + "-changelog";
  }

  /** What of an earlier shape this one has lost or moved; empty where it can take over. */
  List<String> incompatibleWith(TopologyShape before) {
    List<String> changes = new ArrayList<>();
    before.stores.forEach(
        (store, part) -> {
          if (!stores.containsKey(store)) {
            changes.add("store " + store + " is gone, with what it remembers");
          } else if (!stores.get(store).equals(part)) {
            changes.add(moved("store " + store, part, stores.get(store)));
          }
        });
    before.sources.forEach(
        (source, part) -> {
          if (!sources.containsKey(source)) {
            changes.add("source " + source + " is gone, with what was not yet read of it");
          } else if (!sources.get(source).equals(part)) {
            changes.add(moved("source " + source, part, sources.get(source)));
          }
        });
    return changes;
  }

  private static String moved(String what, int before, int now) {
    return "%s has moved from sub-topology %d to %d, so its tasks have other IDs"
        .formatted(what, before, now);
  }

  /** As lines of a file; {@link #parse} reads them. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    sources.forEach((name, part) -> lines.add(SOURCE + " " + part + " " + name));
    stores.forEach((name, part) -> lines.add(STORE + " " + part + " " + name));
    return lines;
  }

  /**
   * @throws IllegalArgumentException if a line is none of ours
   */
  static TopologyShape parse(List<String> lines) {
    Map<String, Integer> sources = new TreeMap<>();
    Map<String, Integer> stores = new TreeMap<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split(" ", 3);
      if (words.length != 3 || !(words[0].equals(SOURCE) || words[0].equals(STORE))) {
        throw new IllegalArgumentException("\"" + line + "\" is not part of a topology's shape");
      }
      (words[0].equals(SOURCE) ? sources : stores).put(words[2], Integer.parseInt(words[1]));
    }
    return new TopologyShape(sources, stores);
  }
}
