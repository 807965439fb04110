package dev.onceflow.streams.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TimestampLimitsTest {
  private static final long HOUR_MS = 3_600_000;
  private static final long DAY_MS = 24 * HOUR_MS;

  @Test
  void aTopicThatTheBrokerStampsTakesAnyTimestamp() {
    Config topic = topic(Map.of("message.timestamp.type", "LogAppendTime"));

    assertThat(TimestampLimits.of(topic))
        .isEqualTo(new TimestampLimits(TimestampLimits.ANY, TimestampLimits.ANY));
  }

  @Test
  void aBrokerThatKnowsNoLimitTakesAnyTimestamp() {
    assertThat(TimestampLimits.of(new Config(List.of())))
        .isEqualTo(new TimestampLimits(TimestampLimits.ANY, TimestampLimits.ANY));
  }

  @Test
  void recordsThatTheBrokerStampedAreNeverAheadAndAsOldAsTheyAreKept() {
    Config input = topic(Map.of("message.timestamp.type", "LogAppendTime"));

    assertThat(TimestampLimits.neededToRead(input))
        .as("retention, the segment that they share with younger ones, and the brokers' look")
        .isEqualTo(new TimestampLimits(0, 7 * DAY_MS + 7 * DAY_MS + HOUR_MS));
  }

  @Test
  void recordsThatAreKeptForeverGrowOldWithoutLimit() {
    Map<String, String> stamped = Map.of("message.timestamp.type", "LogAppendTime");
    Map<String, String> forever = new HashMap<>(stamped);
    forever.put("retention.ms", "-1");
    Map<String, String> compacted = new HashMap<>(stamped);
    compacted.put("cleanup.policy", "compact");

    assertThat(TimestampLimits.neededToRead(topic(forever)).behindMs())
        .isEqualTo(TimestampLimits.ANY);
    assertThat(TimestampLimits.neededToRead(topic(compacted)).behindMs())
        .isEqualTo(TimestampLimits.ANY);
  }

  @Test
  void recordsOfProducersAreAsFarOffAsTheInputTakesAndGrowOlder() {
    Config any = topic(Map.of());
    Config limited = topic(Map.of("message.timestamp.before.max.ms", Long.toString(DAY_MS)));

    assertThat(TimestampLimits.neededToRead(any))
        .isEqualTo(new TimestampLimits(HOUR_MS, TimestampLimits.ANY));
    assertThat(TimestampLimits.neededToRead(limited))
        .isEqualTo(new TimestampLimits(HOUR_MS, DAY_MS + HOUR_MS + 14 * DAY_MS + HOUR_MS));
  }

  @Test
  void whatIsTooLittleIsRaisedAndNothingElse() {
    TimestampLimits needed = new TimestampLimits(2 * HOUR_MS, DAY_MS);

    assertThat(new TimestampLimits(HOUR_MS, DAY_MS).raisedTo(needed))
        .containsExactly(Map.entry("message.timestamp.after.max.ms", "7200000"));
    assertThat(new TimestampLimits(2 * HOUR_MS, DAY_MS).raisedTo(needed)).isEmpty();
  }

  /** Kafka's defaults but for what is given. */
  private static Config topic(Map<String, String> given) {
    Map<String, String> settings = new HashMap<>();
    settings.put("cleanup.policy", "delete");
    settings.put("retention.ms", Long.toString(7 * DAY_MS));
    settings.put("segment.ms", Long.toString(7 * DAY_MS));
    settings.put("message.timestamp.type", "CreateTime");
    settings.put("message.timestamp.after.max.ms", Long.toString(HOUR_MS));
    settings.put("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.putAll(given);
    return new Config(
        settings.entrySet().stream()
            .map(entry -> new ConfigEntry(entry.getKey(), entry.getValue()))
            .toList());
  }
}
