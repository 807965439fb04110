package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The topics that Streams makes for a job by itself: changelogs and repartition topics, by the
 * names that the topology gives them. Another job's may begin with the same words.
 */
final class InternalTopics {
  /** Topic settings whose default brokers have under another name than {@code log.KEY}. */
  private static final Map<String, String> BROKER_KEYS =
      Map.of(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "message.max.bytes",
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
              TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG);

  private final JobConfig config;
  private final Brokers brokers;
  private final List<String> names;
  private final TopicsSeen seen;

  private InternalTopics(JobConfig config, Brokers brokers, List<String> names) {
    this.config = config;
    this.brokers = brokers;
    this.names = names;
    this.seen = TopicsSeen.of(names, brokers);
  }

  static InternalTopics of(JobConfig config, TopologyShape shape, Brokers brokers) {
    return new InternalTopics(config, brokers, shape.internalTopics(config.applicationId()));
  }

  static boolean isChangelog(String name) {
    return name.endsWith("-changelog");
  }

  /** Those that are there. */
  TopicsSeen seen() {
    return seen;
  }

  /** Whether some are not there yet: Streams will make them. Not of those that are hidden. */
  boolean areToCome() {
    return !names.stream()
        .allMatch(name -> seen.there().containsKey(name) || seen.hidden().contains(name));
  }

  /**
   * How those that are not there yet would be made: no settings where none is to come.
   *
   * @param keys the topic settings to tell
   */
  Seen<Config> toCome(List<String> keys) {
    if (!areToCome()) {
      return new Seen.Visible<>(new Config(List.of()));
    }
    Seen<Config> broker = brokers.brokerConfig();
    return broker instanceof Seen.Visible<Config> visible
        ? new Seen.Visible<>(
            new Config(keys.stream().map(key -> toCome(key, visible.value())).toList()))
        : broker;
  }

  private ConfigEntry toCome(String key, Config broker) {
    Object given = config.effective().get(StreamsConfig.topicPrefix(key));
    ConfigEntry byDefault = broker.get(BROKER_KEYS.getOrDefault(key, "log." + key));
    return new ConfigEntry(
        key, given != null ? given.toString() : byDefault == null ? null : byDefault.value());
  }
}
