package dev.onceflow.streams.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/**
 * The settings of a job. Precedence, highest first: what exactly-once needs (not an option), what
 * the user gave, our defaults, the topology's defaults, Kafka's defaults. What the user gave
 * against the first is not overruled in silence: {@link Preflight} stops the job and names it.
 */
public final class JobConfig {
  /** How many threads may be replaced after a failure within the window before the job ends. */
  public static final String RESTARTS_MAX = "restarts.max";

  /** How long a replaced thread counts against {@value #RESTARTS_MAX}. */
  public static final String RESTARTS_WINDOW_MS = "restarts.window.ms";

  /** How long the job may take to end in order. */
  public static final String CLOSE_TIMEOUT_MS = "close.timeout.ms";

  private static final List<String> REQUIRED =
      List.of(
          StreamsConfig.APPLICATION_ID_CONFIG,
          StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
          StreamsConfig.STATE_DIR_CONFIG);

  private static final Map<String, String> ONCEFLOW_DEFAULTS =
      Map.of(RESTARTS_MAX, "10", RESTARTS_WINDOW_MS, "600000", CLOSE_TIMEOUT_MS, "60000");

  private static final Map<String, Object> STREAMS_DEFAULTS =
      Map.of(
          // The broker's own default: three where the broker says three.
          StreamsConfig.REPLICATION_FACTOR_CONFIG,
          "-1",
          // The cache decides how many updates of a key become one output record.
          StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
          "67108864",
          // With Kafka's 16 KiB a job that writes several topics spends more on requests than on
          // records. Not prefixed, so that whatever the user gives goes before it.
          ProducerConfig.BATCH_SIZE_CONFIG,
          "131072",
          // The default of 5.0; its constant is deprecated already.
          "processing.exception.handler.global.enabled",
          "true",
          StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
          PointLookups.class.getName());

  // Detect a dead instance in 10 s instead of 45 s. The streams group protocol sets both on the
  // broker and refuses them here.
  private static final Map<String, Object> CLASSIC_GROUP_DEFAULTS =
      Map.of(
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000",
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "3000");

  /** What exactly-once needs of Streams, whatever the user says. */
  static final Map<String, Object> FORCED =
      Map.of(
          StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
          StreamsConfig.EXACTLY_ONCE_V2,
          // Generated names change when a topology does, and with them topics and stores.
          StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
          "true",
          // Switching it renames topics; fixed once for all jobs.
          StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG,
          StreamsConfig.NO_OPTIMIZATION,
          // Bad records are routed by the topology. An exception that comes this far is a bug, and
          // going on would commit the half of its effects that were made before it.
          StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
          LogAndFailExceptionHandler.class.getName(),
          StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
          LogAndFailProcessingExceptionHandler.class.getName());

  private final Map<String, Object> given;
  private final Map<String, Object> effective;

  private JobConfig(Map<String, Object> given) {
    this.given = given;
    this.effective = new HashMap<>(STREAMS_DEFAULTS);
    if (!"streams".equals(lower(given.get(StreamsConfig.GROUP_PROTOCOL_CONFIG)))) {
      effective.putAll(CLASSIC_GROUP_DEFAULTS);
    }
    effective.putAll(ONCEFLOW_DEFAULTS);
    effective.putAll(given);
    effective.putAll(FORCED);
  }

  /**
   * Checks the settings and completes them.
   *
   * @param given what the user gave; settings of the topology's own may be among it
   * @throws ConfigException if a required setting is missing or one of ours is wrong
   */
  public static JobConfig of(Map<String, ?> given) {
    for (String key : REQUIRED) {
      Object value = given.get(key);
      if (value == null || value.toString().isBlank()) {
        throw new ConfigException("Setting " + key + " is missing: " + expected(key) + ".");
      }
    }
    JobConfig config = new JobConfig(new HashMap<>(given));
    config.restartsMax();
    config.restartsWindow();
    config.closeTimeout();
    return config;
  }

  /** What the user gave. */
  Map<String, Object> given() {
    return Map.copyOf(given);
  }

  /** Everything that is in force, for topologies and their serdes. */
  public Map<String, Object> effective() {
    return Map.copyOf(effective);
  }

  /** Everything that is in force, for Kafka Streams, with the topology's own defaults. */
  Properties streamsProperties(TopologyFactory factory) {
    Properties properties = new Properties();
    properties.putAll(effective);
    factory.defaults().forEach(properties::putIfAbsent);
    return properties;
  }

  /** {@code application.id}: the consumer group, and the prefix of all internal topics. */
  public String applicationId() {
    return effective.get(StreamsConfig.APPLICATION_ID_CONFIG).toString();
  }

  /** {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return effective.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG).toString();
  }

  /** {@value #RESTARTS_MAX}. */
  int restartsMax() {
    return Math.toIntExact(number(RESTARTS_MAX, 0, 1_000_000));
  }

  /** {@value #RESTARTS_WINDOW_MS}. */
  Duration restartsWindow() {
    return Duration.ofMillis(number(RESTARTS_WINDOW_MS, 1, Integer.MAX_VALUE));
  }

  /** {@value #CLOSE_TIMEOUT_MS}. */
  public Duration closeTimeout() {
    return Duration.ofMillis(number(CLOSE_TIMEOUT_MS, 1, Integer.MAX_VALUE));
  }

  private long number(String key, long min, long max) {
    String value = effective.get(key).toString().strip();
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, value, min, max);
    }
    throw wrong(key, value, min, max);
  }

  private static ConfigException wrong(String key, String value, long min, long max) {
    return new ConfigException(
        "Setting %s = %s: expected a whole number from %d to %d.".formatted(key, value, min, max));
  }

  private static String expected(String key) {
    return switch (key) {
      case StreamsConfig.APPLICATION_ID_CONFIG ->
          "give the job a name that no other job on these brokers has";
      case StreamsConfig.BOOTSTRAP_SERVERS_CONFIG ->
          "give the brokers' addresses, such as localhost:9092";
      default -> "give a directory that outlives the process, for the state of this instance alone";
    };
  }

  private static String lower(Object value) {
    return value == null ? "" : value.toString().strip().toLowerCase(Locale.ROOT);
  }
}
