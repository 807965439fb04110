package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Whether a topic that brings events together by their ID keeps all of them, as they are, until
 * they are processed. Streams makes it and deletes what is processed.
 */
final class RepartitionRule {
  private static final Finding.Rule REPARTITION =
      new Finding.Rule(
          "repartition.topic",
          """
          repartition topics that keep all until it is processed, with its time, and take what the \
          producer takes (the lower of max.request.size and buffer.memory)""",
          """
          what is deleted there before it is processed is lost, and what is refused there fails \
          the job, again and again, at the same place""");

  private static final Map<String, String> NEEDED =
      new TreeMap<>(
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG, "delete",
              TopicConfig.RETENTION_MS_CONFIG, "-1",
              TopicConfig.RETENTION_BYTES_CONFIG, "-1",
              TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"));

  /** Those that Streams gives to what it makes, where the job's settings don't; not all of them. */
  private static final Set<String> SET_BY_STREAMS =
      Set.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.RETENTION_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);

  private static final String BYTES_KEY = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

  private final JobConfig config;
  private final TopologyFactory factory;
  private final InternalTopics internal;
  private final Brokers brokers;

  RepartitionRule(
      JobConfig config, TopologyFactory factory, InternalTopics internal, Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.internal = internal;
    this.brokers = brokers;
  }

  Finding check() {
    List<String> held = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    for (String each : new TreeSet<>(factory.repartitioned().values())) {
      Finding finding = keeps(config.applicationId() + "-" + each);
      switch (finding.status()) {
        case VIOLATED -> {
          return finding;
        }
        case HELD -> held.add(finding.set());
        case NOT_VISIBLE -> hidden.add(finding.set());
      }
    }
    if (!hidden.isEmpty()) {
      return REPARTITION.notVisible(String.join(", ", hidden));
    }
    return REPARTITION.held(held.isEmpty() ? "nothing is repartitioned" : String.join(", ", held));
  }

  private Finding keeps(String name) {
    Config there = internal.seen().settings().get(name);
    if (there != null) {
      return keeps(
          name, key -> value(there, key), setting -> brokers.alterTopic(name, setting) + ".");
    }
    if (!internal.seen().noneMayBe(List.of(name))) {
      return REPARTITION.notVisible(internal.seen().unseen(List.of(name)).orElseThrow());
    }
    List<String> keys = new ArrayList<>(NEEDED.keySet());
    keys.add(BYTES_KEY);
    return internal
        .toCome(keys)
        .judge(
            REPARTITION,
            toCome ->
                keeps(
                    name,
                    key -> toCome(toCome, key),
                    setting -> "Set " + StreamsConfig.TOPIC_PREFIX + setting + "."));
  }

  private String toCome(Config toCome, String key) {
    boolean isSetByStreams =
        SET_BY_STREAMS.contains(key)
            && !config.effective().containsKey(StreamsConfig.topicPrefix(key));
    return isSetByStreams ? NEEDED.get(key) : value(toCome, key);
  }

  private Finding keeps(String name, UnaryOperator<String> settings, UnaryOperator<String> remedy) {
    List<String> unseen = new ArrayList<>();
    for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
      String actual = settings.apply(needed.getKey());
      if (actual == null) {
        unseen.add(needed.getKey());
      } else if (!actual.equals(needed.getValue())) {
        return REPARTITION.violated(
            "%s: %s = %s instead of %s".formatted(name, needed.getKey(), actual, needed.getValue()),
            remedy.apply(needed.getKey() + "=" + needed.getValue()));
      }
    }
    String bytesMax = settings.apply(BYTES_KEY);
    if (bytesMax == null) {
      unseen.add(BYTES_KEY);
    }
    if (!unseen.isEmpty()) {
      return REPARTITION.notVisible(
          "%s of %s can't be seen".formatted(String.join(", ", unseen), name));
    }
    long sent = JobConfig.recordBytesMax(config.effective());
    String set = "%s takes %s bytes, the producer %d".formatted(name, bytesMax, sent);
    return Long.parseLong(bytesMax) >= sent
        ? REPARTITION.held(set)
        : REPARTITION.violated(set, remedy.apply(BYTES_KEY + "=" + sent));
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = config.get(key);
    return entry == null ? null : entry.value();
  }
}
