package dev.onceflow.streams.dedupe;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * How long event IDs are remembered.
 *
 * @param horizonMs for how long after its arrival an event ID is remembered, in ms, or {@link
 *     #FOREVER}
 * @param skewMaxMs how far the time inside an event ID may be ahead of its record's timestamp, ms
 */
public record DedupeConfig(long horizonMs, long skewMaxMs) {
  /** The setting that says for how long event IDs are remembered. */
  public static final String HORIZON_MS = "dedupe.horizon.ms";

  /** The setting that says how far ahead the time inside an event ID may be. */
  public static final String SKEW_MAX_MS = "dedupe.skew.max.ms";

  // As long as Kafka's defaults keep a record: 7 days, 7 more with its segment, and until the
  // brokers look.
  private static final long HORIZON_MS_DEFAULT = 1_296_000_000L;

  /** The horizon of a memory that forgets nothing. */
  public static final long FOREVER = -1;

  /** The settings, their defaults and what they mean. */
  public static final ConfigDef DEF =
      new ConfigDef()
          .define(
              HORIZON_MS,
              ConfigDef.Type.LONG,
              HORIZON_MS_DEFAULT,
              ConfigDef.LambdaValidator.with(
                  (name, value) -> {
                    if (value == null || ((long) value <= 0 && (long) value != FOREVER)) {
                      throw new ConfigException(
                          name, value, "expected milliseconds above 0, or -1 for forever");
                    }
                  },
                  () -> "[1,...] or -1"),
              ConfigDef.Importance.HIGH,
              """
              For how long after its arrival an event ID is remembered; -1 is forever. An event \
              whose ID is not known, and whose time (inside the ID, or else occurred_at of a \
              payment) lies where memory was forgotten, goes to the quarantine as unprovable. \
              Without a time it is new again. Must not be shorter \
              than the input is kept (retention.ms, segment.ms and an hour), or the input read \
              again from its start is decided anew. The default, 15 days, suits Kafka's: 7 days \
              and 7 days.""")
          .define(
              SKEW_MAX_MS,
              ConfigDef.Type.LONG,
              300_000L,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              """
              How far the time of an event, inside its ID or else occurred_at of a payment, may be \
              ahead of its record's timestamp; no more than the sink allows. What is further ahead goes to the quarantine and is not remembered: remembered, it would one \
              day make every event before that time unprovable.""");

  /** Checks the values. */
  public DedupeConfig {
    if (horizonMs <= 0 && horizonMs != FOREVER) {
      throw new IllegalArgumentException(
          "horizonMs is " + horizonMs + ", expected more than 0, or -1 for forever");
    }
    if (skewMaxMs < 0) {
      throw new IllegalArgumentException("skewMaxMs is " + skewMaxMs + ", expected 0 or more");
    }
    // An ID that is ahead lifts the floor when it is forgotten: over events yet to come.
    if (horizonMs != FOREVER && skewMaxMs >= horizonMs) {
      throw new IllegalArgumentException(
          "skewMaxMs is %d, expected less than horizonMs, %d".formatted(skewMaxMs, horizonMs));
    }
  }

  /**
   * From a job's settings.
   *
   * @param settings may hold others, too
   * @throws ConfigException if one of ours is wrong
   */
  public static DedupeConfig of(Map<String, ?> settings) {
    AbstractConfig config = new AbstractConfig(DEF, settings, false);
    long horizonMs = config.getLong(HORIZON_MS);
    long skewMaxMs = config.getLong(SKEW_MAX_MS);
    if (horizonMs != FOREVER && skewMaxMs >= horizonMs) {
      throw new ConfigException(
          SKEW_MAX_MS, skewMaxMs, "expected less than " + HORIZON_MS + ", " + horizonMs);
    }
    return new DedupeConfig(horizonMs, skewMaxMs);
  }
}
