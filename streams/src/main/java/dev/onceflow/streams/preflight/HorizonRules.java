package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TimestampLimits;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/** Whether event IDs are remembered for as long as they can come again. */
final class HorizonRules {
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
          """
          dedupe.horizon.ms of at least retention.ms and segment.ms of the input and an hour, \
          together, or -1""",
          """
          an input that is read again from its start holds events whose IDs are forgotten: those \
          with a time inside go to the quarantine, the others take effect again""");

  private final Map<String, Long> horizonsMs;
  private final TopicsSeen topics;
  private final Brokers brokers;

  HorizonRules(JobConfig config, TopologyFactory factory, TopicsSeen topics, Brokers brokers) {
    this.horizonsMs = new TreeMap<>(factory.horizonsMs(config.effective()));
    this.topics = topics;
    this.brokers = brokers;
  }

  List<Finding> check() {
    return List.of(timestamps(), horizon());
  }

  private Finding timestamps() {
    List<String> wrong = new ArrayList<>();
    forgetting()
        .forEach(
            topic -> {
              if (topics
                  .setting(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                  .filter(type -> !"LogAppendTime".equals(type))
                  .isPresent()) {
                wrong.add(topic);
              }
            });
    return wrong.isEmpty()
        ? topics
            .unseen(forgetting())
            .map(TIMESTAMPS::notVisible)
            .orElseGet(() -> TIMESTAMPS.held("the brokers' clock, or nothing is forgotten"))
        : TIMESTAMPS.violated(
            "message.timestamp.type = CreateTime for " + String.join(", ", wrong),
            brokers.alterTopic(wrong.get(0), "message.timestamp.type=LogAppendTime") + ".");
  }

  /** The inputs whose event IDs are forgotten after a time. */
  private List<String> forgetting() {
    return horizonsMs.keySet().stream().filter(topic -> horizonsMs.get(topic) >= 0).toList();
  }

  private Finding horizon() {
    List<String> held = new ArrayList<>();
    for (Map.Entry<String, Long> input : horizonsMs.entrySet()) {
      String topic = input.getKey();
      long horizonMs = input.getValue();
      if (horizonMs >= 0 && topics.settings().containsKey(topic)) {
        long keptMs = TimestampLimits.keptMs(topics.settings().get(topic));
        if (keptMs > horizonMs) {
          return HORIZON.violated(
              "dedupe.horizon.ms = %d, %s is kept %s".formatted(horizonMs, topic, kept(topic)),
              """
              Set dedupe.horizon.ms=%d, or lower retention.ms and segment.ms of %s; or, where all \
              event IDs are UUIDs of version 7, accept it: such events go to the quarantine, never \
              twice to effect."""
                  .formatted(keptMs == TimestampLimits.ANY ? -1 : keptMs, topic));
        }
      }
      held.add(topic + ": " + (horizonMs < 0 ? "forever" : horizonMs + " ms"));
    }
    return topics
        .unseen(forgetting())
        .map(HORIZON::notVisible)
        .orElseGet(
            () ->
                HORIZON.held(held.isEmpty() ? "nothing is deduplicated" : String.join(", ", held)));
  }

  private String kept(String topic) {
    long keptMs = TimestampLimits.keptMs(topics.settings().get(topic));
    return keptMs == TimestampLimits.ANY
        ? "forever"
        : "for up to %d ms: retention.ms = %s, segment.ms = %s, and an hour until the brokers look"
            .formatted(
                keptMs,
                topics.setting(topic, TopicConfig.RETENTION_MS_CONFIG).orElse("?"),
                topics.setting(topic, TopicConfig.SEGMENT_MS_CONFIG).orElse("?"));
  }
}
