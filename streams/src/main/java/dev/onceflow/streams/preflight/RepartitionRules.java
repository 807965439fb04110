package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
          repartition topics that keep all until it is processed, with its time, and take a record \
          %d bytes larger than the input's largest"""
              .formatted(JobTopic.REPARTITION_ADDED_BYTES_MAX),
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
    for (Map.Entry<String, String> each : new TreeMap<>(factory.repartitioned()).entrySet()) {
      String name = config.applicationId() + "-" + each.getValue();
      Finding finding =
          brokers.topic(name).judge(REPARTITION, topic -> keeps(each.getKey(), name, topic));
      if (finding.status() != Finding.Status.HELD) {
        return List.of(finding);
      }
      held.add(finding.set());
    }
    return List.of(
        REPARTITION.held(held.isEmpty() ? "nothing is repartitioned" : String.join(", ", held)));
  }

  private Finding keeps(String input, String name, Optional<TopicDescription> topic) {
    if (topic.isPresent()) {
      return brokers
          .topicConfig(name)
          .judge(
              REPARTITION,
              there ->
                  keeps(
                      input,
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
                    input,
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

  private Finding keeps(
      String input, String name, UnaryOperator<String> settings, UnaryOperator<String> remedy) {
    for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
      String actual = settings.apply(needed.getKey());
      if (actual != null && !actual.equals(needed.getValue())) {
        return REPARTITION.violated(
            "%s: %s = %s instead of %s".formatted(name, needed.getKey(), actual, needed.getValue()),
            remedy.apply(needed.getKey() + "=" + needed.getValue()) + ".");
      }
    }
    String bytesMax = settings.apply(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    return brokers
        .topic(input)
        .judge(
            REPARTITION,
            topic ->
                topic.isEmpty() || bytesMax == null
                    ? REPARTITION.notVisible("the sizes of %s and %s".formatted(input, name))
                    : takes(input, name, Long.parseLong(bytesMax), remedy));
  }

  private Finding takes(String input, String name, long bytesMax, UnaryOperator<String> remedy) {
    return brokers
        .topicConfig(input)
        .judge(
            REPARTITION,
            values -> {
              long largest = Long.parseLong(value(values, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
              long needed = largest + JobTopic.REPARTITION_ADDED_BYTES_MAX;
              String set = "%s takes %d bytes, %s %d".formatted(name, bytesMax, input, largest);
              return bytesMax >= needed
                  ? REPARTITION.held(set)
                  : REPARTITION.violated(
                      set, remedy.apply(TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "=" + needed) + ".");
            });
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = config.get(key);
    return entry == null ? null : entry.value();
  }
}
