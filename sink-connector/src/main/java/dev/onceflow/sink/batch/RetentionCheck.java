package dev.onceflow.sink.batch;

import dev.onceflow.sink.dedupe.Horizon;
import dev.onceflow.sink.fence.KafkaTroubleException;
import dev.onceflow.sink.fence.TopicLog;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once for each topic, where a topic keeps its records for longer than their events are
 * remembered: what is read again after that can't be told from what is new.
 */
final class RetentionCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionCheck.class);

  private final Optional<TopicLog> topicLog;
  private final Horizon horizon;
  private final Set<String> looked = new HashSet<>();

  RetentionCheck(Optional<TopicLog> topicLog, Horizon horizon) {
    this.topicLog = topicLog;
    this.horizon = horizon;
  }

  /** Looks at topics whose events are remembered. Never fails: it only warns. */
  void look(Collection<String> topics) {
    if (topicLog.isEmpty() || horizon.isForever()) {
      return;
    }
    for (String topic : topics) {
      if (looked.add(topic)) {
        look(topic);
      }
    }
  }

  private void look(String topic) {
    try {
      OptionalLong keptMs = topicLog.get().keptMs(topic);
      if (keptMs.isEmpty() || keptMs.getAsLong() > horizon.ms()) {
        LOG.warn(
            "topic {} may keep its records {} (retention.ms and segment.ms), event IDs are remembered for {}"
                + " (dedupe.horizon.ms={}): records that are read again later are rejected as unprovable, and"
                + " those whose ID is no UUIDv7 count again",
            topic,
            keptMs.isEmpty() ? "forever" : "for " + Duration.ofMillis(keptMs.getAsLong()),
            Duration.ofMillis(horizon.ms()),
            horizon.ms());
      }
    } catch (KafkaTroubleException | ConnectException e) {
      LOG.warn("how long topic {} keeps its records can't be seen: {}", topic, e.getMessage());
    }
  }
}
