package dev.onceflow.sink;

import dev.onceflow.sink.fence.AdminTopicLog;
import dev.onceflow.sink.fence.InitialOffset;
import dev.onceflow.sink.fence.TopicLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys that say what is asked of Kafka beside what Connect delivers. */
final class KafkaKeys {
  static final String PREFIX = "kafka.";
  static final String BOOTSTRAP_SERVERS = PREFIX + "bootstrap.servers";
  static final String TOPIC_IDENTITY = "topic.identity";
  static final String FENCE_INITIAL = "fence.initial";

  private static final String CHECKED = "checked";
  private static final String UNCHECKED = "unchecked";
  private static final String GROUP_ID = "consumer.override.group.id";
  private static final String GROUP = "Fences";

  private KafkaKeys() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            BOOTSTRAP_SERVERS,
            ConfigDef.Type.STRING,
            null,
            Importance.HIGH,
            "The Kafka cluster that the topics are in, for the sink's own Admin client, which sees what a"
                + " task can't: topic IDs, where logs begin and end, the group's offsets. All keys that"
                + " begin with kafka. are given to that client (kafka.security.protocol, ...). It needs"
                + " the ACL DESCRIBE on the topics and on the consumer group.",
            GROUP,
            1,
            Width.LONG,
            BOOTSTRAP_SERVERS)
        .define(
            TOPIC_IDENTITY,
            ConfigDef.Type.STRING,
            CHECKED,
            ConfigDef.ValidString.in(CHECKED, UNCHECKED),
            Importance.MEDIUM,
            "checked: a topic that was deleted and made again, and records that expired before they were"
                + " read, stop the task. unchecked: the sink has no Admin client; of these it sees only"
                + " what the record before the fence gives away.",
            GROUP,
            2,
            Width.SHORT,
            TOPIC_IDENTITY)
        .define(
            FENCE_INITIAL,
            ConfigDef.Type.STRING,
            null,
            new TextCheck(
                text -> text.equals("null") || InitialOffset.parse(text).isPresent(),
                InitialOffset.EXPECTED),
            Importance.HIGH,
            "Where a partition without a fence row begins: earliest, latest, group (where another sink with"
                + " this connector's consumer group has stopped) or offsets, TOPIC:PARTITION=OFFSET with"
                + " commas between. Not given: earliest, unless the group has commits already; then the"
                + " task stops and asks. A missing row never silently means the group's offset: the"
                + " database may have been emptied.",
            GROUP,
            3,
            Width.MEDIUM,
            FENCE_INITIAL);
  }

  /** The checks that concern more than one key. */
  static void check(Map<String, String> properties, BiConsumer<String, String> errors) {
    String bootstrap = properties.getOrDefault(BOOTSTRAP_SERVERS, "").trim();
    if (!UNCHECKED.equals(properties.get(TOPIC_IDENTITY))) {
      if (bootstrap.isEmpty()) {
        errors.accept(
            BOOTSTRAP_SERVERS,
            "is missing: expected the cluster's HOST:PORT,... so that the sink notices topics that were"
                + " made again and records that expired unread; or "
                + TOPIC_IDENTITY
                + "="
                + UNCHECKED
                + " to go without");
      }
    } else if (!ReplayKeys.isReplay(properties)
        && initialOffset(properties.get(FENCE_INITIAL))
            .filter(InitialOffset::needsTopicLog)
            .isPresent()) {
      errors.accept(
          FENCE_INITIAL,
          "expected earliest or offsets with %s=%s: without an Admin client the sink sees neither the group's offsets nor where logs end"
              .formatted(TOPIC_IDENTITY, UNCHECKED));
    }
  }

  /** Where partitions without a fence row begin; empty where it can't be read. */
  static Optional<InitialOffset> initialOffset(String text) {
    return text == null
        ? Optional.of(InitialOffset.Policy.NOT_GIVEN)
        : InitialOffset.parse(text.trim());
  }

  /** What Kafka says of topics, or empty with topic.identity=unchecked. Connects to nothing yet. */
  static Optional<TopicLog> topicLog(AbstractConfig values, String connector) {
    if (values.getString(TOPIC_IDENTITY).equals(UNCHECKED)) {
      return Optional.empty();
    }
    Map<String, Object> settings = new HashMap<>(values.originalsWithPrefix(PREFIX));
    settings.putIfAbsent("client.id", "onceflow-sink-" + connector);
    String group = values.originalsStrings().getOrDefault(GROUP_ID, "connect-" + connector);
    return Optional.of(new AdminTopicLog(settings, group));
  }
}
