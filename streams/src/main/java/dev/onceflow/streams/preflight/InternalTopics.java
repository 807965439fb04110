package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.streams.StreamsConfig;

/** The topics that Streams makes for a job by itself: changelogs and repartition topics. */
final class InternalTopics {
  private final JobConfig config;
  private final TopologyShape shape;
  private final Brokers brokers;
  private final Seen<TopicsSeen> there;

  private InternalTopics(
      JobConfig config, TopologyShape shape, Brokers brokers, Seen<TopicsSeen> there) {
    this.config = config;
    this.shape = shape;
    this.brokers = brokers;
    this.there = there;
  }

  static InternalTopics of(JobConfig config, TopologyShape shape, Brokers brokers) {
    Seen<Set<String>> names = brokers.topicNames();
    if (names instanceof Seen.Hidden<Set<String>> hidden) {
      return new InternalTopics(config, shape, brokers, new Seen.Hidden<>(hidden.reason()));
    }
    List<String> ours =
        ((Seen.Visible<Set<String>>) names)
            .value().stream().filter(name -> isOfJob(name, config.applicationId())).toList();
    return new InternalTopics(
        config, shape, brokers, new Seen.Visible<>(TopicsSeen.of(ours, brokers)));
  }

  private static boolean isOfJob(String topic, String applicationId) {
    return topic.startsWith(applicationId + "-")
        && (topic.endsWith("-changelog") || topic.endsWith("-repartition"));
  }

  /** Those that the topology needs, whether they are there or not. */
  List<String> names() {
    return shape.internalTopics(config.applicationId());
  }

  /** Those that are there, of earlier topologies, too. */
  Seen<TopicsSeen> there() {
    return there;
  }

  /**
   * How those that are not there yet would be made: no settings where none is to come.
   *
   * @param keys the topic settings to tell, of those that brokers have as {@code log.KEY}
   */
  Seen<Config> toCome(List<String> keys) {
    if (there instanceof Seen.Visible<TopicsSeen> visible
        && visible.value().there().keySet().containsAll(names())) {
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
    ConfigEntry byDefault = broker.get("log." + key);
    return new ConfigEntry(
        key, given != null ? given.toString() : byDefault == null ? null : byDefault.value());
  }
}
