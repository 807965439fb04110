package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The connector whose effects are to be applied again.
 *
 * @param connector its name
 * @param config as Connect has it, with the defaults of how long the sink remembers
 */
record LiveSink(String connector, Map<String, String> config) {
  private static final String SINK_CLASS = "OnceflowSinkConnector";
  private static final String HORIZON_MS = "dedupe.horizon.ms";
  private static final String TOMBSTONES_MS = "tombstones.retention.ms";
  private static final String GROUP = "consumer.override.group.id";
  private static final long FOREVER = -1;
  private static final List<String> NO_RULES =
      List.of(
          "connection.user",
          "connection.password",
          "kafka.",
          "consumer.override.",
          "tasks.max",
          "batch.",
          "retry.",
          "takeover.",
          "fenced.");
  private static final List<String> NOT_OF_A_REPLAY =
      List.of("fence.initial", "topics.regex", GROUP, "run", "run.end", "run.filter");
  // An older sink would pass over what it doesn't know, and take all records.
  private static final List<String> OF_A_REPLAY = List.of("run", "run.filter");
  private static final String STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";
  private static final String BYTES_CONVERTER =
      "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";

  /** Copies its configuration. */
  LiveSink {
    config = new TreeMap<>(config);
  }

  /**
   * Reads it.
   *
   * @throws UserException if there is none, or it isn't ours, or is a replay itself
   */
  static LiveSink of(String connector, ConnectApi connect) {
    Map<String, String> config =
        connect
            .config(connector)
            .orElseThrow(
                () ->
                    new UserException(
                        "Connect has no connector %s: --connector must name the live sink."
                            .formatted(connector)));
    String type = config.getOrDefault("connector.class", "");
    if (!type.endsWith(SINK_CLASS)) {
      throw new UserException(
          "Connector %s is a %s: expected %s.".formatted(connector, type, SINK_CLASS));
    }
    if (!config.getOrDefault("run", "").isBlank()) {
      throw new UserException(
          "Connector %s is itself replay %s: --connector must name the live sink."
              .formatted(connector, config.get("run")));
    }
    Map<String, String> defaults = connect.defaults(type);
    if (!defaults.keySet().containsAll(OF_A_REPLAY)) {
      throw new UserException(
          "The sink of connector %s is a version that knows no replays (it lacks one of its settings run, run.filter): install this one on all workers, restart them, and try again."
              .formatted(connector));
    }
    return new LiveSink(connector, withDefaults(config, defaults));
  }

  /** How long it remembers, as the sink that runs there has it; an older one had 7 days. */
  private static Map<String, String> withDefaults(
      Map<String, String> config, Map<String, String> defaults) {
    Map<String, String> complete = new TreeMap<>(config);
    for (String key : List.of(HORIZON_MS, TOMBSTONES_MS)) {
      if (!complete.containsKey(key)) {
        complete.put(key, defaults.get(key));
      }
    }
    return complete;
  }

  /** Under which fences and events are kept. */
  String name() {
    String name = config.getOrDefault("sink.name", "").trim();
    return name.isEmpty() ? connector : name;
  }

  /** How the connector itself reaches Kafka, as far as its configuration says it in clear. */
  Map<String, Object> kafka() {
    String servers = config.get("kafka.bootstrap.servers");
    return servers == null ? Map.of() : Map.of("bootstrap.servers", servers);
  }

  /** A setting; empty where it isn't given, or is a reference that only the workers resolve. */
  Optional<String> plain(String key) {
    return Optional.ofNullable(config.get(key))
        .map(String::trim)
        .filter(text -> !text.isEmpty() && !text.contains("${"));
  }

  /** Where a schema registry is, as far as the configuration says it. */
  Optional<String> registry() {
    return Optional.ofNullable(
        config.getOrDefault(
            "avro.registry.url", config.get("value.converter.schema.registry.url")));
  }

  List<SinkTable> tables() {
    return SinkTable.commaSeparated(config.getOrDefault("tables", "")).stream()
        .map(table -> new SinkTable(table, config))
        .toList();
  }

  /** How long event IDs are remembered; empty for ever. */
  Optional<Long> horizonMs() {
    return unlessForever(HORIZON_MS);
  }

  /** For how long deleted keys are known; empty for ever. */
  Optional<Long> tombstonesMs() {
    return unlessForever(TOMBSTONES_MS);
  }

  private Optional<Long> unlessForever(String key) {
    long ms = Long.parseLong(config.get(key).trim());
    return ms == FOREVER ? Optional.empty() : Optional.of(ms);
  }

  /**
   * A fingerprint of what its effects depend on. A plan holds for these rules and no others; how it
   * logs in and how fast it works may change.
   */
  String rules() {
    Map<String, String> rules = new TreeMap<>(config);
    rules.remove("name");
    rules.put("sink.name", name());
    rules.keySet().removeIf(key -> NO_RULES.stream().anyMatch(key::startsWith));
    return Fingerprint.of(rules.toString());
  }

  /** Why what it does with a record can't be told from the record as Kafka has it. */
  Optional<String> whyUncountable() {
    if (transforms().isPresent()) {
      return Optional.of("the connector has transforms (" + transforms().get() + ")");
    }
    return recordFormat().equals("plain")
        ? Optional.empty()
        : Optional.of("record.format=" + recordFormat());
  }

  /** What changes records before it sees them. */
  Optional<String> transforms() {
    return Optional.ofNullable(config.get("transforms")).filter(names -> !names.isBlank());
  }

  String recordFormat() {
    return config.getOrDefault("record.format", "plain").trim();
  }

  /** What is known of its converters; of those that it has from its worker, nothing. */
  RecordFilter.Converters converters() {
    return new RecordFilter.Converters(
        isText("key.converter"),
        isText("header.converter"),
        config.getOrDefault("value.converter", "").equals(JSON_CONVERTER)
            && !config.getOrDefault("value.converter.schemas.enable", "true").equals("false"));
  }

  private boolean isText(String key) {
    String converter = config.getOrDefault(key, "").trim();
    String encoding = config.getOrDefault(key + ".converter.encoding", "UTF-8").trim();
    return converter.equals(BYTES_CONVERTER)
        || (converter.equals(STRING_CONVERTER) && encoding.equalsIgnoreCase("UTF-8"));
  }

  /** The topics that its configuration names; empty where it has a regular expression. */
  List<String> topics() {
    return SinkTable.commaSeparated(config.getOrDefault("topics", ""));
  }

  /**
   * Why what a job wrote again can't be applied by its rules; empty if it can.
   *
   * @param applied those of its topics that the job writes
   */
  List<String> whyNotReprocessed(Set<String> applied) {
    List<String> reasons = new ArrayList<>();
    if (topics().isEmpty()) {
      reasons.add(
          "Connector %s subscribes to topics.regex: which topics stand for which can't be told. Name them in topics."
              .formatted(connector));
    } else if (applied.isEmpty()) {
      reasons.add(
          "Connector %s reads %s, and the job writes none of them.".formatted(connector, topics()));
    }
    for (String key : List.of("transforms", "predicates")) {
      if (!config.getOrDefault(key, "").isBlank()) {
        reasons.add(
            "Connector %s has %s (%s), which may depend on a topic's name."
                .formatted(connector, key, config.get(key)));
      }
    }
    for (SinkTable table : tables()) {
      if (applied.stream().anyMatch(table::takes)) {
        table.whyNotReprocessed().ifPresent(reasons::add);
      }
    }
    return reasons;
  }

  /**
   * The same sink with some of its tables, and the topics that these take.
   *
   * @param names the tables; all where there are none
   * @throws UserException if it has no such table
   */
  LiveSink only(Collection<String> names) {
    List<String> known = tables().stream().map(SinkTable::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new UserException(
            "Connector %s has no table %s: it has %s.".formatted(connector, name, known));
      }
    }
    if (names.isEmpty()) {
      return this;
    }
    List<SinkTable> kept = tables().stream().filter(t -> names.contains(t.name())).toList();
    Map<String, String> copy = new TreeMap<>(config);
    keepTables(copy, kept.stream().map(SinkTable::name).toList());
    copy.computeIfPresent(
        "topics",
        (key, all) ->
            topics().stream()
                .filter(topic -> kept.stream().anyMatch(table -> table.takes(topic)))
                .collect(Collectors.joining(",")));
    return new LiveSink(connector, copy);
  }

  /**
   * The same sink over topics that hold what some of its own do, under their names with a suffix.
   */
  LiveSink over(Set<String> topics, String suffix) {
    Map<String, String> renamed = new TreeMap<>(config);
    renamed.put(
        "topics",
        topics().stream()
            .map(topic -> topics.contains(topic) ? topic + suffix : topic)
            .collect(Collectors.joining(",")));
    for (SinkTable table : tables()) {
      renamed.computeIfPresent(
          table.topicKey(),
          (key, topic) -> topics.contains(topic.trim()) ? topic.trim() + suffix : topic);
    }
    return new LiveSink(connector, renamed);
  }

  /**
   * The configuration of the replay's connector: the same tables by the same rules, from the run's
   * fences up to the ranges' ends.
   */
  Map<String, String> replayConfig(Replay replay) {
    List<Range> ranges = replay.rangeList();
    Map<String, String> copy = new TreeMap<>(config);
    NOT_OF_A_REPLAY.forEach(copy::remove);
    List<String> topics =
        ranges.stream().map(range -> range.partition().topic()).distinct().sorted().toList();
    copy.put("name", replay.replayConnector());
    copy.put("sink.name", name());
    copy.put("topics", String.join(",", topics));
    copy.put("run", replay.run());
    copy.put(
        "run.end",
        ranges.stream()
            .map(r -> r.partition().topic() + ":" + r.partition().partition() + "=" + r.end())
            .collect(Collectors.joining(",")));
    RecordFilter.of(replay).setting().ifPresent(setting -> copy.put("run.filter", setting));
    // A table whose topic the connector doesn't read is refused by the sink.
    keepTables(
        copy,
        tables().stream()
            .filter(table -> topics.stream().anyMatch(table::takes))
            .map(SinkTable::name)
            .toList());
    return copy;
  }

  private void keepTables(Map<String, String> copy, List<String> kept) {
    copy.keySet().removeIf(key -> tableOf(key).filter(name -> !kept.contains(name)).isPresent());
    copy.put("tables", String.join(",", kept));
  }

  /** Whose key it is; of tables a and a.b, the one with the longer name. */
  private Optional<String> tableOf(String key) {
    return tables().stream()
        .map(SinkTable::name)
        .filter(name -> key.startsWith("table." + name + "."))
        .max(Comparator.comparing(String::length));
  }
}
