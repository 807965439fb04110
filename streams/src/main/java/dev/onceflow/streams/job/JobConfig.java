package dev.onceflow.streams.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/**
 * The settings of a job. Precedence, highest first: what exactly-once needs (not an option), what
 * the user gave, our defaults, the topology's defaults, Kafka's defaults. What the user gave
 * against the first is not overruled in silence: preflight stops the job and names it.
 */
public final class JobConfig {
  /** How often failed threads may be replaced within the window before the job ends. */
  public static final String RESTARTS_MAX = "restarts.max";

  /** How long a replaced thread counts against {@value #RESTARTS_MAX}. */
  public static final String RESTARTS_WINDOW_MS = "restarts.window.ms";

  /** How long the job may take to end in order. */
  public static final String CLOSE_TIMEOUT_MS = "close.timeout.ms";

  /** The preflight rules that may be violated. */
  public static final String PREFLIGHT_ACCEPT = "preflight.accept";

  /** How long a transaction on an input may be open before it counts as hanging. */
  public static final String TRANSACTIONS_OPEN_MAX_MS = "transactions.open.max.ms";

  /** Whether missing topics are created. */
  public static final String TOPICS_CREATE = "topics.create";

  /** How many partitions created topics get. */
  public static final String TOPICS_PARTITIONS = "topics.partitions";

  /** Where health, metrics and queries are served. */
  public static final String HTTP_PORT = "http.port";

  /** The address that {@value #HTTP_PORT} is bound to. */
  public static final String HTTP_HOST = "http.host";

  /** How long records may wait unprocessed before the job isn't ready any more. */
  public static final String READY_STALLED_MS = "ready.stalled.ms";

  /** The largest record that an event may lead to. */
  public static final String OUTPUT_BYTES_MAX = "output.bytes.max";

  /** The default of {@value #OUTPUT_BYTES_MAX}: a little less than topics take by default. */
  public static final int OUTPUT_BYTES_MAX_DEFAULT = 1_000_000;

  /** The port that says: serve nothing. */
  public static final int NO_PORT = -1;

  /**
   * The default of {@code max.request.size}: all of {@code buffer.memory}, which is the largest
   * record that a producer takes in any case.
   */
  public static final int REQUEST_BYTES_MAX_DEFAULT = 33_554_432;

  private static final long REQUEST_BYTES_MAX_OF_KAFKA = 1_048_576;
  private static final long BUFFER_BYTES_OF_KAFKA = 33_554_432;

  /** The settings that are ours, their defaults and what they mean. */
  public static final ConfigDef DEF =
      new ConfigDef()
          .define(
              RESTARTS_MAX,
              ConfigDef.Type.INT,
              20,
              ConfigDef.Range.between(0, 1_000_000),
              ConfigDef.Importance.MEDIUM,
              """
              How often failed threads may be replaced within restarts.window.ms. One more ends the \
              job, and its process with exit code 2. Threads that fail while one waits to be \
              replaced count with it. The pauses double from 0.25 s to 30 s: with the default an \
              outage of five minutes is waited out.""")
          .define(
              RESTARTS_WINDOW_MS,
              ConfigDef.Type.LONG,
              1_800_000L,
              ConfigDef.Range.between(1, Integer.MAX_VALUE),
              ConfigDef.Importance.LOW,
              "For how long a replaced thread counts against restarts.max.")
          .define(
              CLOSE_TIMEOUT_MS,
              ConfigDef.Type.LONG,
              60_000L,
              ConfigDef.Range.between(1, Integer.MAX_VALUE),
              ConfigDef.Importance.MEDIUM,
              """
              How long the job may take to end in order. What a supervisor waits before it kills \
              must be longer.""")
          .define(
              PREFLIGHT_ACCEPT,
              ConfigDef.Type.LIST,
              List.of(),
              ConfigDef.Importance.MEDIUM,
              """
              Names of the preflight rules whose violation you accept. What was accepted shows in \
              health and metrics.""")
          .define(
              TRANSACTIONS_OPEN_MAX_MS,
              ConfigDef.Type.LONG,
              900_000L,
              ConfigDef.Range.atLeast(1),
              ConfigDef.Importance.LOW,
              """
              How long a producer's transaction on an input topic may be open before preflight \
              takes it for hanging. The default is the longest timeout that brokers allow by \
              default.""")
          .define(
              TOPICS_CREATE,
              ConfigDef.Type.BOOLEAN,
              false,
              ConfigDef.Importance.MEDIUM,
              "Whether topics of the job that are missing are created, with the settings it needs.")
          .define(
              TOPICS_PARTITIONS,
              ConfigDef.Type.INT,
              -1,
              ConfigDef.LambdaValidator.with(
                  (name, value) -> {
                    if (value == null || ((int) value < 1 && (int) value != -1)) {
                      throw new ConfigException(
                          name, value, "expected 1 or more, or -1 for the broker's default");
                    }
                  },
                  () -> "[1,...] or -1"),
              ConfigDef.Importance.MEDIUM,
              """
              How many partitions created topics get; -1 is the broker's num.partitions. It can't \
              be changed later without moving keys between partitions.""")
          .define(
              OUTPUT_BYTES_MAX,
              ConfigDef.Type.INT,
              OUTPUT_BYTES_MAX_DEFAULT,
              ConfigDef.Range.atLeast(1),
              ConfigDef.Importance.LOW,
              """
              The largest record, in bytes, that an event may lead to; an event that leads to a \
              larger one goes to the dead letters without any effect. Must not be more than \
              max.message.bytes of the topics that the job writes, its changelogs too, nor than \
              max.request.size: what is refused there fails the job, again and again.""")
          .define(
              HTTP_PORT,
              ConfigDef.Type.INT,
              NO_PORT,
              ConfigDef.Range.between(NO_PORT, 65_535),
              ConfigDef.Importance.MEDIUM,
              """
              The port of /health/live, /health/ready, /metrics and the queries; 0 takes a free \
              one, -1 serves nothing.""")
          .define(
              HTTP_HOST,
              ConfigDef.Type.STRING,
              "127.0.0.1",
              new ConfigDef.NonEmptyString(),
              ConfigDef.Importance.MEDIUM,
              """
              The address that http.port is bound to. Nothing asks for a password there: bind it \
              where only probes, scrapers and the other instances reach it.""")
          .define(
              READY_STALLED_MS,
              ConfigDef.Type.LONG,
              60_000L,
              ConfigDef.Range.atLeast(1),
              ConfigDef.Importance.LOW,
              """
              For how long records may wait in an assigned partition without any being processed \
              before /health/ready says no.""");

  private static final Map<String, String> REQUIRED =
      Map.of(
          StreamsConfig.APPLICATION_ID_CONFIG,
          "give the job a name that no other job on these brokers has",
          StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
          "give the brokers' addresses, such as localhost:9092",
          StreamsConfig.STATE_DIR_CONFIG,
          "give a directory that outlives the process, for the state of this instance alone");

  private static final Map<String, Object> STREAMS_DEFAULTS =
      Map.of(
          // A changelog keeps deletions for 24 hours (delete.retention.ms). A local store that was
          // away for longer would never learn of them.
          StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG,
          "72000000",
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
          // It bounds what is not compressed yet, and a record that came in a compressed batch may
          // be many times as large as what brokers took.
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
          Integer.toString(REQUEST_BYTES_MAX_DEFAULT),
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
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "3000",
          // Local state doesn't survive a crash under exactly-once: without a copy elsewhere the
          // next owner reads the whole changelog first. With one instance it costs nothing.
          StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "1");

  /** What exactly-once needs of Streams, whatever the user says. */
  public static final Map<String, Object> FORCED =
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
  private final AbstractConfig ours;

  private JobConfig(Map<String, Object> given, TopologyFactory factory) {
    this.given = given;
    this.effective = new HashMap<>(factory.defaults());
    effective.putAll(STREAMS_DEFAULTS);
    if (!isStreamsProtocol(given)) {
      effective.putAll(CLASSIC_GROUP_DEFAULTS);
    }
    effective.putAll(given);
    effective.putAll(FORCED);
    this.ours = new AbstractConfig(DEF, effective, false);
  }

  private JobConfig(Map<String, Object> given, Map<String, Object> effective) {
    this.given = given;
    this.effective = effective;
    this.ours = new AbstractConfig(DEF, effective, false);
  }

  /**
   * Checks the settings and completes them.
   *
   * @param given what the user gave
   * @param factory the job; its own settings are checked with the others
   * @throws ConfigException if anything is missing or wrong, with all that is
   */
  public static JobConfig of(Map<String, ?> given, TopologyFactory factory) {
    List<String> wrong = new ArrayList<>();
    for (String key : new TreeSet<>(REQUIRED.keySet())) {
      Object value = given.get(key);
      if (value == null || value.toString().isBlank()) {
        wrong.add("Setting " + key + " is missing: " + REQUIRED.get(key) + ".");
      }
    }
    Map<String, String> texts = new HashMap<>();
    given.forEach((key, value) -> texts.put(key, value == null ? null : value.toString()));
    collect(DEF, texts, wrong);
    collect(factory.config(), texts, wrong);
    Map<String, String> forStreams = new HashMap<>(texts);
    REQUIRED.keySet().forEach(key -> forStreams.putIfAbsent(key, "missing"));
    collect(StreamsConfig.configDef(), forStreams, wrong);
    if (isStreamsProtocol(given)) {
      given.keySet().stream()
          .filter(key -> key.endsWith(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG))
          .sorted()
          .forEach(
              key ->
                  wrong.add(
                      "Setting %s doesn't go with group.protocol=streams, which has no static members: remove one of the two."
                          .formatted(key)));
    }
    if (!wrong.isEmpty()) {
      throw new ConfigException(String.join("\n", wrong));
    }
    return new JobConfig(new HashMap<>(given), factory);
  }

  private static void collect(ConfigDef def, Map<String, String> given, List<String> wrong) {
    for (ConfigValue value : def.validate(given)) {
      wrong.addAll(value.errorMessages());
    }
  }

  /** The same settings with {@code application.server}, unless the user gave one. */
  public JobConfig withApplicationServer(String hostAndPort) {
    Map<String, Object> more = new HashMap<>(effective);
    more.putIfAbsent(StreamsConfig.APPLICATION_SERVER_CONFIG, hostAndPort);
    return new JobConfig(given, more);
  }

  /** What the user gave. */
  public Map<String, Object> given() {
    return Map.copyOf(given);
  }

  /** Everything that is in force. */
  public Map<String, Object> effective() {
    return Map.copyOf(effective);
  }

  /**
   * Everything that is in force, as Kafka Streams takes it.
   *
   * @throws ConfigException if two settings contradict each other
   */
  public StreamsConfig streams() {
    Properties properties = new Properties();
    properties.putAll(effective);
    return new StreamsConfig(properties);
  }

  /** Whether the brokers assign tasks ({@code group.protocol=streams}, KIP-1071). */
  public boolean isStreamsProtocol() {
    return isStreamsProtocol(given);
  }

  private static boolean isStreamsProtocol(Map<String, ?> given) {
    Object protocol = given.get(StreamsConfig.GROUP_PROTOCOL_CONFIG);
    return protocol != null && "streams".equalsIgnoreCase(protocol.toString().strip());
  }

  /** {@code application.id}: the consumer group, and the prefix of all internal topics. */
  public String applicationId() {
    return effective.get(StreamsConfig.APPLICATION_ID_CONFIG).toString();
  }

  /** {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return effective.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG).toString();
  }

  /** {@code state.dir}. */
  public Path stateDir() {
    return Path.of(effective.get(StreamsConfig.STATE_DIR_CONFIG).toString());
  }

  /** {@value #RESTARTS_MAX}. */
  public int restartsMax() {
    return ours.getInt(RESTARTS_MAX);
  }

  /** {@value #RESTARTS_WINDOW_MS}. */
  public Duration restartsWindow() {
    return Duration.ofMillis(ours.getLong(RESTARTS_WINDOW_MS));
  }

  /** {@value #CLOSE_TIMEOUT_MS}. */
  public Duration closeTimeout() {
    return Duration.ofMillis(ours.getLong(CLOSE_TIMEOUT_MS));
  }

  /** {@value #PREFLIGHT_ACCEPT}. */
  public Set<String> preflightAccept() {
    return new TreeSet<>(ours.getList(PREFLIGHT_ACCEPT));
  }

  /** {@value #TRANSACTIONS_OPEN_MAX_MS}. */
  public Duration transactionsOpenMax() {
    return Duration.ofMillis(ours.getLong(TRANSACTIONS_OPEN_MAX_MS));
  }

  /** {@value #TOPICS_CREATE}. */
  public boolean topicsCreate() {
    return ours.getBoolean(TOPICS_CREATE);
  }

  /** {@value #TOPICS_PARTITIONS}, empty for the broker's default. */
  public Optional<Integer> topicsPartitions() {
    int partitions = ours.getInt(TOPICS_PARTITIONS);
    return partitions < 1 ? Optional.empty() : Optional.of(partitions);
  }

  /** {@value #OUTPUT_BYTES_MAX}. */
  public int outputBytesMax() {
    return ours.getInt(OUTPUT_BYTES_MAX);
  }

  /**
   * The largest record that the job's producers take, in bytes: they measure it uncompressed, and
   * alone in a batch.
   *
   * @param settings what is in force
   */
  public static long recordBytesMax(Map<String, ?> settings) {
    return Math.min(
        ofProducers(settings, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX_OF_KAFKA),
        ofProducers(settings, ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES_OF_KAFKA));
  }

  private static long ofProducers(Map<String, ?> settings, String key, long byDefault) {
    Object value = settings.get(StreamsConfig.producerPrefix(key));
    if (value == null) {
      value = settings.get(key);
    }
    return value == null ? byDefault : Long.parseLong(value.toString().strip());
  }

  /** {@value #HTTP_PORT}, empty where nothing is served. */
  public OptionalInt httpPort() {
    int port = ours.getInt(HTTP_PORT);
    return port == NO_PORT ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** {@value #HTTP_HOST}. */
  public String httpHost() {
    return ours.getString(HTTP_HOST);
  }

  /** {@value #READY_STALLED_MS}. */
  public Duration readyStalled() {
    return Duration.ofMillis(ours.getLong(READY_STALLED_MS));
  }
}
