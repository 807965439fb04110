package dev.onceflow.streams.job;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How far a record's timestamp may be from the brokers' clock at the moment when it is written. A
 * broker refuses what is further off; a job whose outputs carry their input's timestamp then fails
 * at the same record again and again.
 *
 * @param aheadMs how much later than the clock, ms
 * @param behindMs how much earlier than the clock, ms
 */
public record TimestampLimits(long aheadMs, long behindMs) {
  /** Any timestamp. */
  public static final long ANY = Long.MAX_VALUE;

  /** No timestamp but the clock's. */
  public static final TimestampLimits NONE = new TimestampLimits(0, 0);

  /** A record outlives its retention until the brokers next look, every 5 minutes by default. */
  private static final long SWEEP_MS = 3_600_000;

  /** What a topic takes. */
  public static TimestampLimits of(Config topic) {
    // The broker's own stamp is not judged.
    return isStampedByBroker(topic)
        ? new TimestampLimits(ANY, ANY)
        : new TimestampLimits(
            limitMs(topic, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
            limitMs(topic, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG));
  }

  /** What the topics that a job writes must take, if it reads this one, to its oldest record. */
  public static TimestampLimits neededToRead(Config input) {
    long keptMs = keptMs(input);
    if (isStampedByBroker(input)) {
      return new TimestampLimits(0, keptMs);
    }
    TimestampLimits taken = of(input);
    // A segment goes by its latest timestamp: one record that is ahead keeps older ones longer.
    return new TimestampLimits(taken.aheadMs, saturatedSum(taken.behindMs, taken.aheadMs, keptMs));
  }

  /** What takes both what this takes and what the other takes. */
  public TimestampLimits or(TimestampLimits other) {
    return new TimestampLimits(
        Math.max(aheadMs, other.aheadMs), Math.max(behindMs, other.behindMs));
  }

  /**
   * The topic settings, with values, that a topic with these limits lacks to take what's needed.
   */
  public Map<String, String> raisedTo(TimestampLimits needed) {
    Map<String, String> raised = new TreeMap<>();
    if (aheadMs < needed.aheadMs) {
      raised.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(needed.aheadMs));
    }
    if (behindMs < needed.behindMs) {
      raised.put(
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(needed.behindMs));
    }
    return raised;
  }

  /**
   * For how long a topic's records may be there, ms, or {@link #ANY}. They go by whole segments,
   * once the newest of one is older than {@code retention.ms}: so the oldest may be older by {@code
   * segment.ms}, and until the brokers look.
   */
  public static long keptMs(Config topic) {
    boolean deletes =
        value(topic, TopicConfig.CLEANUP_POLICY_CONFIG)
            .filter(policy -> policy.contains(TopicConfig.CLEANUP_POLICY_DELETE))
            .isPresent();
    Optional<Long> retentionMs =
        value(topic, TopicConfig.RETENTION_MS_CONFIG).map(Long::parseLong).filter(ms -> ms >= 0);
    Optional<Long> segmentMs = value(topic, TopicConfig.SEGMENT_MS_CONFIG).map(Long::parseLong);
    return deletes && retentionMs.isPresent() && segmentMs.isPresent()
        ? saturatedSum(retentionMs.get(), segmentMs.get(), SWEEP_MS)
        : ANY;
  }

  private static boolean isStampedByBroker(Config topic) {
    return value(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
        .filter("LogAppendTime"::equals)
        .isPresent();
  }

  // Brokers before 3.6 don't know these settings, and take any timestamp by default.
  private static long limitMs(Config topic, String key) {
    return value(topic, key).map(Long::parseLong).orElse(ANY);
  }

  private static Optional<String> value(Config topic, String key) {
    return Optional.ofNullable(topic.get(key)).map(ConfigEntry::value);
  }

  private static long saturatedSum(long... valuesMs) {
    return Arrays.stream(valuesMs).reduce(0, (sum, ms) -> ms > ANY - sum ? ANY : sum + ms);
  }
}
