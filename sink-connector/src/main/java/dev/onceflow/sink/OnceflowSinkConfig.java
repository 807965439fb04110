package dev.onceflow.sink;

import dev.onceflow.sink.batch.DeliveryOptions;
import dev.onceflow.sink.write.Evolving;
import dev.onceflow.sink.write.TableSpec;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The connector's configuration. The keys of the tables ({@code table.NAME.*}) are in {@link
 * TableSettings}; {@code topics} and {@code errors.*} are Connect's own.
 */
public final class OnceflowSinkConfig {
  static final String SINK_NAME = "sink.name";
  static final String TABLES = "tables";
  static final String ISOLATION_LEVEL = "consumer.override.isolation.level";
  static final String OFFSET_RESET = "consumer.override.auto.offset.reset";
  static final String BATCH_ROWS_MAX = "batch.rows.max";
  static final String BATCH_BYTES_MAX = "batch.bytes.max";
  static final String BATCH_LINGER_MS = "batch.linger.ms";
  static final String RETRY_BACKOFF_MS = "retry.backoff.ms";
  static final String RETRY_BACKOFF_MAX_MS = "retry.backoff.max.ms";
  static final String TAKEOVER_TIMEOUT_MS = "takeover.timeout.ms";
  static final String FENCED_TIMEOUT_MS = "fenced.timeout.ms";

  private static final String NAME = "name";
  private static final String TOLERANCE = "errors.tolerance";
  private static final String DLQ_TOPIC = "errors.deadletterqueue.topic.name";
  private static final String READ_COMMITTED = "read_committed";
  private static final String EARLIEST = "earliest";
  private static final int APPLICATION_NAME_BYTES_MAX = 63;

  private final AbstractConfig values;
  private final List<TableSpec> tables;

  private OnceflowSinkConfig(AbstractConfig values, List<TableSpec> tables) {
    this.values = values;
    this.tables = tables;
  }

  /** The keys, but for those of the tables, with their documentation. */
  static ConfigDef definition() {
    return AvroSettings.addTo(
            DedupeSettings.addTo(
                DeadLetterSettings.addTo(
                    RecordSettings.addTo(
                        SchemaSettings.addTo(
                            RoutingSettings.addTo(
                                KafkaKeys.addTo(
                                    ReplayKeys.addTo(ConnectionKeys.addTo(new ConfigDef())))))))))
        .define(
            TABLES,
            ConfigDef.Type.LIST,
            ConfigDef.NO_DEFAULT_VALUE,
            new TextCheck(
                names -> !names.equals("[]"), "expected the names of one or more target tables"),
            Importance.HIGH,
            "The target tables, with or without a schema in front. Each has keys table.NAME.*; several may"
                + " read one topic.")
        .define(
            ISOLATION_LEVEL,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new TextCheck(
                READ_COMMITTED::equals,
                "expected "
                    + READ_COMMITTED
                    + " in the connector's own configuration: with anything else the consumer reads"
                    + " records of aborted transactions, and a connector can't see the worker's setting"),
            Importance.HIGH,
            "Must be read_committed; records of aborted transactions must have no effects. The worker's"
                + " connector.client.config.override.policy must allow it.")
        .define(
            OFFSET_RESET,
            ConfigDef.Type.STRING,
            EARLIEST,
            new TextCheck(
                EARLIEST::equals,
                "expected earliest: with anything else the consumer skips records where the fence lies"
                    + " before the log's start"),
            Importance.LOW,
            "Must be earliest, where it is given.")
        .define(
            SINK_NAME,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "The name under which fences and processed events are kept; the connector's name where it isn't"
                + " given. Two connectors with one sink.name fence each other out.")
        .define(
            BATCH_ROWS_MAX,
            ConfigDef.Type.INT,
            20_000,
            Range.atLeast(1),
            Importance.MEDIUM,
            "The most records in one database transaction. Connect hands out at most"
                + " consumer.override.max.poll.records (500 by default) at a time, so raise that, too.")
        .define(
            BATCH_BYTES_MAX,
            ConfigDef.Type.LONG,
            16L << 20,
            Range.atLeast(1),
            Importance.LOW,
            "At how many bytes of rows a database transaction ends early.")
        .define(
            BATCH_LINGER_MS,
            ConfigDef.Type.LONG,
            50L,
            Range.between(1, 60_000L),
            Importance.LOW,
            "How long a batch that isn't full waits for more records before it is written.")
        .define(
            RETRY_BACKOFF_MS,
            ConfigDef.Type.LONG,
            500L,
            Range.between(2, 3_600_000L),
            Importance.LOW,
            "The wait before the first retry after trouble of the database; it doubles each time.")
        .define(
            RETRY_BACKOFF_MAX_MS,
            ConfigDef.Type.LONG,
            30_000L,
            Range.between(2, 3_600_000L),
            Importance.LOW,
            "The longest wait between two retries.")
        .define(
            TAKEOVER_TIMEOUT_MS,
            ConfigDef.Type.LONG,
            15_000L,
            Range.between(1, 600_000L),
            Importance.LOW,
            "How long to wait for a lock. Who holds a fence or a row for longer (a task of this sink that was"
                + " stopped in the middle of a transaction) has its connection terminated. A third of"
                + " connection.statement.timeout.ms, or of socketTimeout in connection.url, where that is"
                + " shorter.")
        .define(
            FENCED_TIMEOUT_MS,
            ConfigDef.Type.LONG,
            345_000L,
            Range.atLeast(1),
            Importance.LOW,
            "How long a partition may stay assigned to a task while another owner has its fence, before the"
                + " task stops and names both. At least session.timeout.ms + max.poll.interval.ms of the"
                + " consumers.");
  }

  /**
   * Reads a configuration.
   *
   * @throws ConfigException with all that is wrong with it
   */
  static OnceflowSinkConfig of(Map<String, String> properties) {
    List<String> errors =
        validate(properties).stream()
            .flatMap(value -> value.errorMessages().stream().map(e -> value.name() + ": " + e))
            .toList();
    if (!errors.isEmpty()) {
      throw new ConfigException(String.join("\n", errors));
    }
    AbstractConfig values = new AbstractConfig(definition(), properties, false);
    List<TableSpec> tables =
        values.getList(TABLES).stream()
            .map(name -> new TableSettings(name, properties, (key, message) -> {}))
            .map(settings -> settings.read().orElseThrow())
            .toList();
    return new OnceflowSinkConfig(
        new AbstractConfig(named(definition(), properties), properties, false), tables);
  }

  private static ConfigDef named(ConfigDef definition, Map<String, String> properties) {
    return definition.define(
        NAME, ConfigDef.Type.STRING, properties.getOrDefault(NAME, ""), Importance.HIGH, "");
  }

  /** All that is wrong, at once. */
  static List<ConfigValue> validate(Map<String, String> properties) {
    Map<String, ConfigValue> values = new TreeMap<>();
    definition().validate(properties).forEach(value -> values.put(value.name(), value));
    for (String table : TableSettings.commaSeparated(properties.getOrDefault(TABLES, ""))) {
      TableConfigDef.of(table)
          .validate(properties)
          .forEach(value -> values.put(value.name(), value));
    }
    new Checks(properties, values).run();
    return new ArrayList<>(values.values());
  }

  /** The checks that concern more than one key. */
  private record Checks(Map<String, String> properties, Map<String, ConfigValue> values) {
    void error(String key, String message) {
      values
          .computeIfAbsent(
              key, k -> new ConfigValue(k, properties.get(k), new ArrayList<>(), new ArrayList<>()))
          .addErrorMessage(message);
    }

    void run() {
      if (text(SINK_NAME).isEmpty() && text(NAME).isEmpty()) {
        error(SINK_NAME, "expected a name here or in " + NAME);
      }
      KafkaKeys.check(properties, this::error);
      ReplayKeys.check(properties, this::error);
      List<String> names = list(TABLES);
      Set<String> read = new HashSet<>();
      for (String name : names) {
        if (!read.add(name)) {
          error(TABLES, "table " + name + " stands there twice");
        }
        new TableSettings(name, properties, this::error).read();
      }
      properties.keySet().stream()
          .filter(key -> key.startsWith(TableSettings.PREFIX))
          .filter(key -> names.stream().noneMatch(name -> TableSettings.isKeyOf(name, key)))
          .forEach(
              key ->
                  error(
                      key,
                      "is no key of a table in %s=%s; the keys of a table NAME are %s"
                          .formatted(
                              TABLES, String.join(",", names), TableSettings.keysOf("NAME"))));
      RoutingSettings.check(properties, names, this::error);
      if (text(AvroSettings.REGISTRY_URL).isPresent()
          && text(AvroSettings.VALUE_CONVERTER)
              .filter(c -> !c.equals(AvroSettings.BYTES))
              .isPresent()) {
        error(
            AvroSettings.VALUE_CONVERTER,
            "with "
                + AvroSettings.REGISTRY_URL
                + " values must come as bytes: expected "
                + AvroSettings.BYTES);
      }
      if (text(TOLERANCE).equals(Optional.of("all")) && text(DLQ_TOPIC).isEmpty()) {
        error(
            TOLERANCE,
            "all would drop records that can't be stored, and, even with "
                + DeadLetterSettings.TABLE
                + "=true, those that a converter can't read; set "
                + DLQ_TOPIC
                + ", or tolerance none");
      }
    }

    private Optional<String> text(String key) {
      return Optional.ofNullable(properties.get(key)).map(String::trim).filter(t -> !t.isEmpty());
    }

    private List<String> list(String key) {
      return text(key).map(TableSettings::commaSeparated).orElse(List.of());
    }
  }

  /** The version of this build. */
  static String version() {
    String version = OnceflowSinkConfig.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** The name under which fences and processed events are kept. */
  String sinkName() {
    String name = values.getString(SINK_NAME);
    return name == null ? values.getString(NAME) : name;
  }

  /** The target tables. */
  List<TableSpec> tables() {
    return tables;
  }

  /** All of it, as delivery wants it, for a new owner of partitions. */
  DeliveryOptions deliveryOptions() {
    SchemaSettings schema = SchemaSettings.of(values);
    return new DeliveryOptions(
        sinkName(),
        "%s in %s, %s"
            .formatted(
                values.getString(NAME),
                ManagementFactory.getRuntimeMXBean().getName(),
                UUID.randomUUID()),
        // Waits for locks last longer than the wait after which a stopped holder is looked for.
        ConnectionKeys.read(values, applicationName(), 2 * takeoverTimeoutMs()),
        ConnectionKeys.preflight(values),
        RoutingSettings.tables(values, tables),
        ReplayKeys.filtered(values, RecordSettings.shape(values)),
        DeadLetterSettings.place(values),
        DedupeSettings.limits(values),
        new Evolving(schema.evolution(), schema.naming()),
        schema.refreshMs(),
        KafkaKeys.initialOffset(values.getString(KafkaKeys.FENCE_INITIAL)).orElseThrow(),
        ReplayKeys.run(values),
        KafkaKeys.topicLog(values, values.getString(NAME)),
        values.getInt(BATCH_ROWS_MAX),
        values.getLong(BATCH_BYTES_MAX),
        values.getLong(RETRY_BACKOFF_MS),
        values.getLong(RETRY_BACKOFF_MAX_MS),
        values.getLong(FENCED_TIMEOUT_MS),
        takeoverTimeoutMs(),
        values.getLong(BATCH_LINGER_MS));
  }

  // Who gives a connection up before it has looked for who blocks it never finds out; and twice as
  // long, which is how long statements wait for locks, must end before the connection does.
  private long takeoverTimeoutMs() {
    return Math.min(
        values.getLong(TAKEOVER_TIMEOUT_MS), Math.max(1, ConnectionKeys.patienceMs(values) / 3));
  }

  /** As PostgreSQL would keep it: printable ASCII, cut at its longest. */
  private String applicationName() {
    String name =
        ("onceflow-sink " + sinkName())
            .codePoints()
            .mapToObj(c -> c >= ' ' && c < 0x7F ? Character.toString(c) : "?")
            .collect(Collectors.joining());
    return name.substring(0, Math.min(name.length(), APPLICATION_NAME_BYTES_MAX));
  }
}
