package dev.onceflow.sink;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.Condition;
import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.TableSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The keys of one target table.
 *
 * <pre>
 * table.NAME.topic     whose records the table takes
 * table.NAME.effect    insert: a row for each event, once
 *                      upsert: the row with the highest version for each key
 *                      accumulate: sums and a count for each key, each event once
 * table.NAME.event.id  insert, accumulate: where the event ID stands; header:ce_id by default
 * table.NAME.columns   insert, upsert: COLUMN=SOURCE or NAME, with commas between; by default the
 *                      fields of the value to the columns of the same names
 * table.NAME.key       upsert: columns; accumulate: COLUMN=SOURCE or NAME
 * table.NAME.version   upsert: the column that orders the rows of one key
 * table.NAME.sum       accumulate: COLUMN=SOURCE or NAME
 * table.NAME.count     accumulate: the column that counts events
 * table.NAME.when      SOURCE=TEXT: only records with that value; by default all
 * </pre>
 */
final class TableSettings {
  static final String PREFIX = "table.";
  static final String TOPIC = "topic";
  static final String EFFECT = "effect";
  static final String EVENT_ID = "event.id";
  static final String COLUMNS = "columns";
  static final String KEY = "key";
  static final String VERSION = "version";
  static final String SUM = "sum";
  static final String COUNT = "count";
  static final String WHEN = "when";

  private static final List<String> ALL =
      List.of(TOPIC, EFFECT, EVENT_ID, COLUMNS, KEY, VERSION, SUM, COUNT, WHEN);
  private static final Map<String, List<String>> KEYS_BY_EFFECT = keysByEffect();
  private static final String EVENT_ID_DEFAULT = "header:ce_id";
  private static final String MAPPING_EXPECTED =
      "expected NAME or COLUMN=SOURCE, with commas between; of a source " + ValueSource.EXPECTED;

  private final String table;
  private final Map<String, String> properties;
  private final BiConsumer<String, String> errors;
  private boolean hasErrors;

  /**
   * Reads {@code table.NAME.*}; each thing that is wrong goes to {@code errors} as (key, message).
   */
  TableSettings(String table, Map<String, String> properties, BiConsumer<String, String> errors) {
    this.table = table;
    this.properties = properties;
    this.errors = errors;
  }

  private static Map<String, List<String>> keysByEffect() {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    keys.put("insert", List.of(EVENT_ID, COLUMNS));
    keys.put("upsert", List.of(COLUMNS, KEY, VERSION));
    keys.put("accumulate", List.of(EVENT_ID, KEY, SUM, COUNT));
    return keys;
  }

  static String key(String table, String suffix) {
    return PREFIX + table + "." + suffix;
  }

  static List<String> keysOf(String table) {
    return ALL.stream().map(suffix -> key(table, suffix)).toList();
  }

  static boolean isKeyOf(String table, String key) {
    return keysOf(table).contains(key);
  }

  static List<String> commaSeparated(String text) {
    return Arrays.stream(text.split(",")).map(String::trim).filter(t -> !t.isEmpty()).toList();
  }

  /** The table's settings; empty where something is wrong. */
  Optional<TableSpec> read() {
    String topic = required(TOPIC, "expected the name of a topic");
    String effectName = required(EFFECT, "expected one of " + KEYS_BY_EFFECT.keySet());
    Optional<Condition> when =
        text(WHEN)
            .flatMap(
                t ->
                    parsed(
                        WHEN,
                        t,
                        Condition::parse,
                        "expected SOURCE=TEXT; of a source " + ValueSource.EXPECTED));
    if (!effectName.isEmpty() && !KEYS_BY_EFFECT.containsKey(effectName)) {
      error(EFFECT, effectName + ": expected one of " + KEYS_BY_EFFECT.keySet());
    }
    if (!KEYS_BY_EFFECT.containsKey(effectName)) {
      return Optional.empty();
    }
    refuseKeysOfOtherEffects(effectName);
    Effect effect =
        switch (effectName) {
          case "insert" -> insert();
          case "upsert" -> upsert();
          default -> accumulate();
        };
    return hasErrors ? Optional.empty() : Optional.of(new TableSpec(table, topic, effect, when));
  }

  private void refuseKeysOfOtherEffects(String effect) {
    List<String> allowed = new ArrayList<>(KEYS_BY_EFFECT.get(effect));
    allowed.addAll(List.of(TOPIC, EFFECT, WHEN));
    for (String suffix : ALL) {
      if (!allowed.contains(suffix) && text(suffix).isPresent()) {
        error(suffix, "has no meaning for effect " + effect + "; remove it");
      }
    }
  }

  private Effect insert() {
    Effect.Insert insert = new Effect.Insert(eventId(), optionalMappings(COLUMNS));
    if (!hasErrors && insert.eventColumn().isEmpty()) {
      error(
          EVENT_ID,
          insert.eventId()
              + " goes to no column: an insert is exactly-once by its event ID's own column; give one in "
              + key(table, COLUMNS)
              + ", or name the field that holds the ID here");
    }
    return insert;
  }

  private Effect upsert() {
    Optional<List<ColumnMapping>> columns = optionalMappings(COLUMNS);
    List<String> key = commaSeparated(required(KEY, "expected the columns that identify a row"));
    String version =
        required(
            VERSION,
            "expected the column that orders the rows of one key (a counter that its producer keeps)");
    columns.ifPresent(
        mappings -> {
          List<String> mapped = mappings.stream().map(ColumnMapping::column).toList();
          key.stream()
              .filter(column -> !mapped.contains(column))
              .forEach(column -> error(KEY, missing(column)));
          if (!version.isEmpty() && !mapped.contains(version)) {
            error(VERSION, missing(version));
          }
        });
    if (key.contains(version)) {
      error(VERSION, version + " can't be a part of the key, too");
    }
    return new Effect.Upsert(columns, key, version);
  }

  private String missing(String column) {
    return "column " + column + " is not in " + key(table, COLUMNS);
  }

  private Effect accumulate() {
    ValueSource eventId = eventId();
    List<ColumnMapping> key =
        mappings(KEY, required(KEY, "expected the columns that identify a row"));
    List<ColumnMapping> sums = optionalMappings(SUM).orElse(List.of());
    Optional<String> count = text(COUNT);
    if (sums.isEmpty() && count.isEmpty()) {
      error(SUM, "expected columns to add to, here or in " + key(table, COUNT));
    }
    List<String> columns = new ArrayList<>();
    key.forEach(mapping -> columns.add(mapping.column()));
    sums.forEach(mapping -> columns.add(mapping.column()));
    count.ifPresent(columns::add);
    columns.stream()
        .distinct()
        .filter(column -> columns.indexOf(column) != columns.lastIndexOf(column))
        .forEach(column -> error(KEY, "column " + column + " stands twice in key, sum and count"));
    return new Effect.Accumulate(eventId, key, sums, count);
  }

  private ValueSource eventId() {
    String text = text(EVENT_ID).orElse(EVENT_ID_DEFAULT);
    return parsed(EVENT_ID, text, ValueSource::parse, ValueSource.EXPECTED)
        .orElse(ValueSource.Part.KEY);
  }

  private Optional<List<ColumnMapping>> optionalMappings(String suffix) {
    return text(suffix).map(text -> mappings(suffix, text));
  }

  private List<ColumnMapping> mappings(String suffix, String text) {
    List<ColumnMapping> mappings = new ArrayList<>();
    for (String item : commaSeparated(text)) {
      parsed(suffix, item, ColumnMapping::parse, MAPPING_EXPECTED)
          .ifPresent(
              mapping -> {
                if (mappings.stream().anyMatch(m -> m.column().equals(mapping.column()))) {
                  error(suffix, "column " + mapping.column() + " stands there twice");
                }
                mappings.add(mapping);
              });
    }
    return mappings;
  }

  private <T> Optional<T> parsed(
      String suffix, String text, Function<String, Optional<T>> parser, String expected) {
    Optional<T> parsed = parser.apply(text);
    if (parsed.isEmpty()) {
      error(suffix, text + ": " + expected);
    }
    return parsed;
  }

  private String required(String suffix, String expected) {
    Optional<String> text = text(suffix);
    if (text.isEmpty()) {
      error(suffix, "is missing: " + expected);
    }
    return text.orElse("");
  }

  private Optional<String> text(String suffix) {
    return Optional.ofNullable(properties.get(key(table, suffix)))
        .map(String::trim)
        .filter(t -> !t.isEmpty());
  }

  private void error(String suffix, String message) {
    hasErrors = true;
    errors.accept(key(table, suffix), message);
  }
}
