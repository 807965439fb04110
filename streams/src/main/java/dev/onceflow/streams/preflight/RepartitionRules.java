package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Whether a topic that brings events together by their ID keeps all of them, as they are, until
 * they are processed. Streams makes it and deletes what is processed.
 */
final class RepartitionRules {
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

  private final JobConfig config;
  private final TopologyFactory factory;
  private final Brokers brokers;

  RepartitionRules(JobConfig config, TopologyFactory factory, Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.brokers = brokers;
  }

  List<Finding> check() {
    List<String> held = new ArrayList<>();
    for (String each : new TreeSet<>(factory.repartitioned().values())) {
      String name = config.applicationId() + "-" + each;
      Finding finding = brokers.topic(name).judge(REPARTITION, topic -> keeps(name, topic));
      if (finding.status() != Finding.Status.HELD) {
        return List.of(finding);
      }
      held.add(finding.set());
    }
    return List.of(
        REPARTITION.held(held.isEmpty() ? "nothing is repartitioned" : String.join(", ", held)));
  }

  private Finding keeps(String name, Optional<TopicDescription> topic) {
    if (topic.isPresent()) {
      return brokers
          .topicConfig(name)
          .judge(
              REPARTITION,
              there ->
                  keeps(
                      name,
                      key -> value(there, key),
                      setting ->
                          "'kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s'"
                              .formatted(name, setting)));
    }
    return brokers
        .brokerConfig()
        .judge(
            REPARTITION,
            broker ->
                keeps(
                    name,
                    key -> toCome(broker, key),
                    setting -> "Set " + StreamsConfig.TOPIC_PREFIX + setting));
  }

  // What Streams will make of the job's settings, its own defaults and the broker's.
  private String toCome(Config broker, String key) {
    Object given = config.effective().get(StreamsConfig.topicPrefix(key));
    if (given != null) {
      return given.toString();
    }
    return switch (key) {
      case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> value(broker, "message.max.bytes");
      case TopicConfig.RETENTION_BYTES_CONFIG -> value(broker, "log.retention.bytes");
      default -> NEEDED.get(key);
    };
  }

  private Finding keeps(String name, UnaryOperator<String> settings, UnaryOperator<String> remedy) {
    for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
      String actual = settings.apply(needed.getKey());
      if (actual != null && !actual.equals(needed.getValue())) {
        return REPARTITION.violated(
            "%s: %s = %s instead of %s".formatted(name, needed.getKey(), actual, needed.getValue()),
            remedy.apply(needed.getKey() + "=" + needed.getValue()) + ".");
      }
    }
    String bytesMax = settings.apply(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (bytesMax == null) {
      return REPARTITION.notVisible("the largest record of " + name);
    }
    long sent = JobConfig.recordBytesMax(config.effective());
    String set = "%s takes %s bytes, the producer %d".formatted(name, bytesMax, sent);
    return Long.parseLong(bytesMax) >= sent
        ? REPARTITION.held(set)
        : REPARTITION.violated(
            set, remedy.apply(TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "=" + sent) + ".");
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = config.get(key);
    return entry == null ? null : entry.value();
  }
}
