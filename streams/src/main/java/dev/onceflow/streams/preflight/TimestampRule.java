package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TimestampLimits;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Whether every topic that the job writes takes the timestamps of what it reads: outputs,
 * quarantine and DLQ, changelogs and repartition topics all carry the input's.
 */
final class TimestampRule {
  private static final Finding.Rule LIMITS =
      new Finding.Rule(
          "output.timestamps",
          """
          message.timestamp.after.max.ms and message.timestamp.before.max.ms of all topics that \
          the job writes, its internal ones too, as far as its inputs' records are ahead and old""",
          """
          a record whose timestamp the broker refuses fails the job, again and again, at the same \
          place""");

  private static final List<String> LIMIT_KEYS =
      List.of(
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG);

  private final TopologyFactory factory;
  private final TopicsSeen topics;
  private final InternalTopics internal;
  private final Brokers brokers;

  TimestampRule(
      TopologyFactory factory, TopicsSeen topics, InternalTopics internal, Brokers brokers) {
    this.factory = factory;
    this.topics = topics;
    this.internal = internal;
    this.brokers = brokers;
  }

  Finding check() {
    TimestampLimits needed =
        factory.topics().stream()
            .filter(topic -> topic.role() == JobTopic.Role.INPUT)
            .map(topic -> topics.settings().get(topic.name()))
            .filter(Objects::nonNull)
            .map(TimestampLimits::neededToRead)
            .reduce(TimestampLimits.NONE, TimestampLimits::or);
    List<String> wrong = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    written()
        .forEach(
            (topic, settings) -> {
              Map<String, String> raised = TimestampLimits.of(settings).raisedTo(needed);
              if (!raised.isEmpty()) {
                wrong.add(topic + " has " + values(settings, raised.keySet()));
                remedies.add(brokers.alterTopic(topic, assignments(raised, "")));
              }
            });
    Seen<Config> toCome = internal.toCome(LIMIT_KEYS);
    if (toCome instanceof Seen.Visible<Config> visible) {
      Map<String, String> raised = TimestampLimits.of(visible.value()).raisedTo(needed);
      if (!raised.isEmpty()) {
        wrong.add("internal topics to come would have " + values(visible.value(), raised.keySet()));
        remedies.add("Set " + assignments(raised, StreamsConfig.TOPIC_PREFIX) + " for the job");
      }
    }
    return wrong.isEmpty()
        ? held(needed, toCome)
        : LIMITS.violated(
            String.join("; ", wrong) + "; " + inputs(needed), String.join("; ", remedies) + ".");
  }

  private Finding held(TimestampLimits needed, Seen<Config> toCome) {
    if (topics.noneMayBe(
        factory.topics().stream()
            .filter(topic -> topic.role() == JobTopic.Role.INPUT)
            .map(JobTopic::name)
            .toList())) {
      return LIMITS.notVisible("no input is there");
    }
    return topics
        .unseen(factory.topics().stream().map(JobTopic::name).toList())
        .or(() -> internal.seen().unseen())
        .map(LIMITS::notVisible)
        .orElseGet(() -> toCome.judge(LIMITS, settings -> LIMITS.held(inputs(needed))));
  }

  /** The topics that the job writes and that are there, with their settings. */
  private Map<String, Config> written() {
    Map<String, Config> written = new LinkedHashMap<>();
    for (JobTopic topic : factory.topics()) {
      if (topic.role() != JobTopic.Role.INPUT && topics.settings().containsKey(topic.name())) {
        written.put(topic.name(), topics.settings().get(topic.name()));
      }
    }
    written.putAll(internal.seen().settings());
    return written;
  }

  private static String inputs(TimestampLimits needed) {
    return "the inputs' records may be ahead of the clock by %s, behind it by %s"
        .formatted(span(needed.aheadMs()), span(needed.behindMs()));
  }

  private static String values(Config settings, Set<String> keys) {
    return keys.stream()
        .map(key -> key + " = " + settings.get(key).value())
        .collect(Collectors.joining(", "));
  }

  private static String assignments(Map<String, String> settings, String prefix) {
    return settings.entrySet().stream()
        .map(entry -> prefix + entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  private static String span(long ms) {
    return ms == TimestampLimits.ANY ? "any time" : ms + " ms";
  }
}
