package dev.onceflow.cli.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A table of a sink, as the connector's configuration says it: what keeps its effects from
 * happening twice, and where in a record to look for that.
 */
final class SinkTable {
  /** What tells an effect that happened from one that didn't. */
  enum Guard {
    /** The event ID is in the table. */
    EVENT_KEY,
    /** The event ID is in the memory of event IDs. */
    MEMORY,
    /** A row's version. */
    VERSION,
    /** A row's position in the topic. */
    POSITION,
    /** Nothing but the fence. */
    ARRIVAL
  }

  private record Term(Source source, String operand, boolean isRegex) {
    boolean isMetBy(Fields record) {
      return source
          .in(record)
          .filter(text -> isRegex ? text.matches(operand) : text.equals(operand))
          .isPresent();
    }
  }

  private static final Pattern AND = Pattern.compile("&&");
  private static final Pattern COORDINATES =
      Pattern.compile("record:\\s*(topic|partition|offset)|\\$\\{topic");
  private static final String DEFAULT_ID = "header:ce_id";

  private final String name;
  private final Map<String, String> config;

  SinkTable(String name, Map<String, String> config) {
    this.name = name;
    this.config = Map.copyOf(config);
  }

  private Optional<String> text(String suffix) {
    return Optional.ofNullable(config.get("table." + name + "." + suffix))
        .map(String::trim)
        .filter(text -> !text.isEmpty());
  }

  String name() {
    return name;
  }

  String effect() {
    return text("effect").orElse("");
  }

  boolean takes(String topic) {
    return text("topics.regex")
        .map(regex -> topic.matches(regex))
        .orElseGet(() -> text("topic").filter(topic::equals).isPresent());
  }

  /** The setting that names its topic. */
  String topicKey() {
    return "table." + name + ".topic";
  }

  /** Why records that a job wrote again can't be applied by its rules; empty if they can. */
  Optional<String> whyNotReprocessed() {
    if (text("topics.regex").isPresent()) {
      return Optional.of(
          "Table %s takes topics by a regular expression: name its topic (table.%1$s.topic)."
              .formatted(name));
    }
    if (deletes()) {
      return Optional.of(
          "Table %s deletes rows: the sink knows a delete by where its record lies, and would take one that was written again for another."
              .formatted(name));
    }
    String prefix = "table." + name + ".";
    boolean knowsCoordinates =
        config.entrySet().stream()
            .filter(setting -> setting.getKey().startsWith(prefix))
            .anyMatch(setting -> COORDINATES.matcher(setting.getValue()).find());
    return knowsCoordinates
        ? Optional.of(
            "Table %s depends on where in Kafka a record lies (record:topic, record:partition, record:offset or ${topic}), and what was written again lies elsewhere."
                .formatted(name))
        : Optional.empty();
  }

  Guard guard() {
    if (effect().equals("upsert")) {
      return switch (text("version").orElse("")) {
        case "position" -> Guard.POSITION;
        case "arrival" -> Guard.ARRIVAL;
        default -> Guard.VERSION;
      };
    }
    boolean isByKey = effect().equals("insert") && !text("dedupe").orElse("").equals("memory");
    return isByKey ? Guard.EVENT_KEY : Guard.MEMORY;
  }

  boolean deletes() {
    return text("delete").filter("true"::equals).isPresent();
  }

  /**
   * Whether its deletes have no version: each takes away whatever row its key has when its turn
   * comes, unless the sink knows the delete.
   */
  boolean deletesBlindly() {
    return guard() == Guard.VERSION && deletes() && version().kind().equals("field");
  }

  /**
   * The key whose row a record without a value deletes, read as the sink does: a key that other
   * records have in the value is the record's key, if it is one column. Empty where that can't be
   * told from here.
   */
  Optional<List<String>> deletedKey(Fields record) {
    Map<String, Source> identity = identity();
    List<String> values = new ArrayList<>();
    for (String column : key().keySet()) {
      Optional<String> value =
          Optional.ofNullable(identity.get(column)).flatMap(source -> source.in(record));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(values);
  }

  /** Whether the sink asks Kafka for the IDs of topics. */
  boolean checksTopics() {
    return !config.getOrDefault("topic.identity", "").trim().equals("unchecked");
  }

  /** The table in the database; empty where it depends on the record. */
  Optional<String> target() {
    return Optional.of(text("target").orElse(name)).filter(target -> !target.contains("${"));
  }

  Source eventId() {
    return Source.parse(text("event.id").orElse(DEFAULT_ID));
  }

  /** The column that holds the event ID; empty where that can't be told from here. */
  Optional<String> eventColumn() {
    Map<String, Source> columns = columns("columns");
    if (columns.isEmpty()) {
      return eventId().kind().equals("field") ? Optional.of(eventId().name()) : Optional.empty();
    }
    return columns.entrySet().stream()
        .filter(column -> column.getValue().equals(eventId()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The columns by which rows are unique, and where their values stand. */
  Map<String, Source> key() {
    Map<String, Source> columns = columns("columns");
    Map<String, Source> key = columns("key");
    key.replaceAll((column, source) -> columns.getOrDefault(column, source));
    return key;
  }

  /**
   * What all records of a row have in common, by column: those without a value, too, where they
   * delete it. Then the sink takes the record's key for the only column of the key.
   */
  Map<String, Source> identity() {
    Map<String, Source> identity = key();
    if (deletes()) {
      if (identity.size() == 1) {
        identity.replaceAll((c, source) -> source.kind().equals("field") ? Source.KEY : source);
      }
      identity.values().removeIf(source -> source.kind().equals("field"));
    }
    return identity;
  }

  /** The column that orders the rows of a key. */
  String versionColumn() {
    String version = text("version").orElse("");
    return version.startsWith("column:") ? version.substring("column:".length()).trim() : version;
  }

  Source version() {
    return columns("columns").getOrDefault(versionColumn(), Source.parse(versionColumn()));
  }

  private Map<String, Source> columns(String suffix) {
    Map<String, Source> columns = new LinkedHashMap<>();
    for (String item : commaSeparated(text(suffix).orElse(""))) {
      int equals = item.indexOf('=');
      columns.put(
          (equals < 0 ? item : item.substring(0, equals)).trim(),
          Source.parse(equals < 0 ? item : item.substring(equals + 1).trim()));
    }
    return columns;
  }

  /** Whether the table takes a record of one of its topics. */
  boolean takes(Fields record) {
    // A tombstone's value can't be asked; the sink counts conditions on it as met.
    return terms().stream()
        .filter(term -> !(record.isTombstone() && term.source().kind().equals("field")))
        .allMatch(term -> term.isMetBy(record));
  }

  private List<Term> terms() {
    List<Term> terms = new ArrayList<>();
    AND.splitAsStream(text("when").orElse(""))
        .map(String::trim)
        .filter(part -> !part.isEmpty())
        .forEach(part -> terms.add(term(part)));
    return terms;
  }

  private static Term term(String text) {
    int equals = text.indexOf('=');
    int tilde = text.indexOf('~');
    boolean isRegex = tilde >= 0 && (equals < 0 || tilde < equals);
    int operator = isRegex ? tilde : equals;
    return new Term(
        Source.parse(text.substring(0, operator).trim()),
        text.substring(operator + 1).trim(),
        isRegex);
  }

  /** All that must be found in a record to say what it would do. */
  List<Source> asked() {
    List<Source> asked = new ArrayList<>();
    terms().forEach(term -> asked.add(term.source()));
    if (guard() == Guard.VERSION) {
      asked.addAll(key().values());
      asked.add(version());
    } else {
      asked.add(eventId());
    }
    return asked;
  }

  static List<String> commaSeparated(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::trim).filter(t -> !t.isEmpty()).toList();
  }
}
