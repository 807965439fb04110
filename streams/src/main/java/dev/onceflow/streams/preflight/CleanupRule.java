package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Whether changelogs keep the latest value of each key for good. What Streams makes is compacted,
 * unless the job's settings say otherwise; windows are compacted and deleted, with a retention of
 * their own.
 */
final class CleanupRule {
  private static final String KEY = TopicConfig.CLEANUP_POLICY_CONFIG;
  private static final String COMPACT = TopicConfig.CLEANUP_POLICY_COMPACT;
  private static final String GIVEN = StreamsConfig.topicPrefix(KEY);

  private static final Finding.Rule CLEANUP =
      new Finding.Rule(
          "changelog.cleanup",
          "cleanup.policy = compact for changelogs; with delete only for windows",
          """
          what is deleted there is missing after a restore: known events are taken for new, and \
          sums begin again""");

  private final JobConfig config;
  private final InternalTopics internal;
  private final Brokers brokers;

  CleanupRule(JobConfig config, InternalTopics internal, Brokers brokers) {
    this.config = config;
    this.internal = internal;
    this.brokers = brokers;
  }

  Finding check() {
    Object given = config.given().get(GIVEN);
    if (given != null && !given.toString().strip().equals(COMPACT)) {
      return CLEANUP.violated(GIVEN + " = " + given, "Remove " + GIVEN + ".");
    }
    TopicsSeen seen = internal.seen();
    List<String> wrong = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (Map.Entry<String, Config> topic : seen.settings().entrySet()) {
      Optional<String> policy = seen.setting(topic.getKey(), KEY);
      if (InternalTopics.isChangelog(topic.getKey())
          && policy.isPresent()
          && !keeps(policy.get(), topic.getValue())) {
        wrong.add(topic.getKey() + " has " + KEY + " = " + policy.get());
        remedies.add(brokers.alterTopic(topic.getKey(), KEY + "=" + COMPACT));
      }
    }
    if (!wrong.isEmpty()) {
      return CLEANUP.violated(String.join("; ", wrong), String.join("; ", remedies) + ".");
    }
    return seen.unseen()
        .map(CLEANUP::notVisible)
        .orElseGet(() -> CLEANUP.held("every changelog is, or will be, compacted"));
  }

  private static boolean keeps(String policy, Config topic) {
    return policy.equals(COMPACT) || (policy.contains(COMPACT) && isOfWindows(topic));
  }

  // Streams gives the changelogs of windows, and no others, a retention of their own.
  private static boolean isOfWindows(Config topic) {
    ConfigEntry retention = topic.get(TopicConfig.RETENTION_MS_CONFIG);
    return retention != null && retention.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
  }
}
