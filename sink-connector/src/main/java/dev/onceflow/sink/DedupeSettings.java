package dev.onceflow.sink;

import dev.onceflow.sink.dedupe.Horizon;
import dev.onceflow.sink.dedupe.MemoryLimits;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The keys that say how long event IDs are remembered. */
final class DedupeSettings {
  static final String HORIZON_MS = "dedupe.horizon.ms";
  static final String SKEW_MAX_MS = "dedupe.skew.max.ms";
  static final String TOMBSTONES_RETENTION_MS = "tombstones.retention.ms";

  private static final long CENTURY_MS = TimeUnit.DAYS.toMillis(36_525);

  private DedupeSettings() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            HORIZON_MS,
            ConfigDef.Type.LONG,
            TimeUnit.DAYS.toMillis(15),
            ConfigDef.LambdaValidator.with(
                DedupeSettings::checkHorizon, () -> "[-1], or at least 1 and at most a century"),
            Importance.MEDIUM,
            "How long after its arrival, by the records' timestamps, an event ID is remembered at least,"
                + " for effects whose table doesn't hold it: accumulate, sql, insert with dedupe=memory."
                + " An unknown time-ordered ID (UUIDv7) from a time whose memory was dropped is rejected as"
                + " unprovable; other IDs are taken for new again. -1: forever. Longer than the topics keep"
                + " their records (retention.ms, segment.ms and an hour), unless nobody ever reads these"
                + " again. The default, 15 days, suits Kafka's: 7 days and 7 days.")
        .define(
            SKEW_MAX_MS,
            ConfigDef.Type.LONG,
            TimeUnit.HOURS.toMillis(1),
            ConfigDef.Range.between(0, CENTURY_MS),
            Importance.LOW,
            "How much later than its record's timestamp a time-ordered event ID may have been minted;"
                + " beyond that the record is rejected.")
        .define(
            TOMBSTONES_RETENTION_MS,
            ConfigDef.Type.LONG,
            -1L,
            ConfigDef.Range.between(-1, CENTURY_MS),
            Importance.LOW,
            "For how long onceflow.tombstones keeps the version that a deleted row had, by the database's"
                + " clock. An older record of its key that comes later than that makes the row anew. -1:"
                + " forever. Else longer than any record can be late, and than a replay reaches back.");
  }

  private static void checkHorizon(String name, Object value) {
    long ms = (Long) value;
    if (ms != Horizon.FOREVER && (ms < 1 || ms > CENTURY_MS)) {
      throw new ConfigException(
          name, value, "expected -1 (forever), or milliseconds from 1 to " + CENTURY_MS);
    }
  }

  static MemoryLimits limits(AbstractConfig values) {
    return new MemoryLimits(
        new Horizon(values.getLong(HORIZON_MS)),
        values.getLong(SKEW_MAX_MS),
        values.getLong(TOMBSTONES_RETENTION_MS));
  }
}
