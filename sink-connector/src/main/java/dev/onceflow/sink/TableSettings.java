package dev.onceflow.sink;

import dev.onceflow.sink.route.Selection;
import dev.onceflow.sink.route.TargetTemplate;
import dev.onceflow.sink.route.TopicFilter;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.TableSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The keys of one target table.
 *
 * <pre>
 * table.NAME.topic         whose records the table takes; or
 * table.NAME.topics.regex  a regular expression for the names of such topics
 * table.NAME.when          SOURCE=TEXT or SOURCE~REGEX, several with &amp;&amp; between: only
 *                          records that meet all; by default all records
 * table.NAME.target        the table in the database: a name with ${topic}, ${topic:GROUP},
 *                          ${field:F}, ${key:F} or ${header:H} in it, each also as ${...|lower} or
 *                          ${...|snake}; NAME by default
 * table.NAME.effect        insert: a row for each event, once
 *                          upsert: for each key, the row that takes precedence
 *                          accumulate: totals for each key, each event once
 *                          sql: statements over the events of a batch, each event once
 * table.NAME.tombstones    ignore: records without a value do nothing; by default they are errors
 * table.NAME.event.id      insert, accumulate, sql: where the event ID stands; header:ce_id by default
 * table.NAME.dedupe        insert: key (by default): a unique column holds the event ID; memory: it
 *                          is looked up in the memory of event IDs
 * table.NAME.columns       insert, upsert: COLUMN=SOURCE or NAME, with commas between; by default
 *                          the fields of the value to the columns of the same names
 *                          sql: COLUMN TYPE=SOURCE, the columns of the relation batch
 * table.NAME.key           upsert, accumulate: COLUMN=SOURCE or NAME, the columns that identify a row
 * table.NAME.version       upsert: the column that orders the rows of one key; position: the
 *                          record's offset does; arrival: the row that came last is kept, safe only
 *                          as long as the fence is
 * table.NAME.position.columns  upsert by position: the columns that keep partition and offset
 * table.NAME.generation    upsert by version: the column that keeps the connector's generation
 * table.NAME.delete        upsert: true: a tombstone deletes the row of its key
 * table.NAME.sum, .min, .max  accumulate: COLUMN=SOURCE or NAME
 * table.NAME.count         accumulate: the column that counts events
 * table.NAME.statements    sql: one or more statements, with semicolons between
 * </pre>
 */
final class TableSettings {
  static final String PREFIX = TableKeys.PREFIX;
  static final String TOPIC = "topic";
  static final String TOPICS_REGEX = "topics.regex";
  static final String WHEN = "when";
  static final String TARGET = "target";
  static final String EFFECT = "effect";
  static final String TOMBSTONES = "tombstones";

  private static final List<String> OF_ALL_EFFECTS =
      List.of(TOPIC, TOPICS_REGEX, EFFECT, WHEN, TARGET, TOMBSTONES);
  private static final Map<String, List<String>> KEYS_BY_EFFECT = keysByEffect();

  private final TableKeys keys;

  /**
   * Reads {@code table.NAME.*}; each thing that is wrong goes to {@code errors} as (key, message).
   */
  TableSettings(String table, Map<String, String> properties, BiConsumer<String, String> errors) {
    this.keys = new TableKeys(table, properties, errors);
  }

  private static Map<String, List<String>> keysByEffect() {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    keys.put("insert", InsertSettings.KEYS);
    keys.put("upsert", UpsertSettings.KEYS);
    keys.put("accumulate", AccumulateSettings.KEYS);
    keys.put("sql", SqlSettings.KEYS);
    return keys;
  }

  static String key(String table, String suffix) {
    return PREFIX + table + "." + suffix;
  }

  private static List<String> all() {
    List<String> all = new ArrayList<>(OF_ALL_EFFECTS);
    KEYS_BY_EFFECT.values().forEach(all::addAll);
    return all.stream().distinct().toList();
  }

  static List<String> keysOf(String table) {
    return all().stream().map(suffix -> key(table, suffix)).toList();
  }

  static boolean isKeyOf(String table, String key) {
    return keysOf(table).contains(key);
  }

  static List<String> commaSeparated(String text) {
    return TableKeys.commaSeparated(text);
  }

  /** The topics that the table takes; empty where that can't be read. */
  Optional<TopicFilter> topics() {
    Optional<String> regex = keys.text(TOPICS_REGEX);
    if (regex.isEmpty()) {
      String topic = keys.required(TOPIC, "expected the name of a topic, or " + TOPICS_REGEX);
      return topic.isEmpty() ? Optional.empty() : Optional.of(new TopicFilter.Named(topic));
    }
    if (keys.text(TOPIC).isPresent()) {
      keys.error(TOPICS_REGEX, "stands beside " + keys.key(TOPIC) + "; remove one of them");
    }
    return keys.parsed(TOPICS_REGEX, regex.get(), TableSettings::regex, "is no regular expression");
  }

  private static Optional<TopicFilter> regex(String text) {
    try {
      return Optional.of(new TopicFilter.Matching(Pattern.compile(text)));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /** The table's settings; empty where something is wrong. */
  Optional<TableSpec> read() {
    Optional<TopicFilter> topics = topics();
    Selection when =
        keys.optional(WHEN, Selection::parse, Selection.EXPECTED).orElse(Selection.ALL);
    String effectName = keys.required(EFFECT, "expected one of " + KEYS_BY_EFFECT.keySet());
    if (!KEYS_BY_EFFECT.containsKey(effectName)) {
      if (!effectName.isEmpty()) {
        keys.error(EFFECT, effectName + ": expected one of " + KEYS_BY_EFFECT.keySet());
      }
      return Optional.empty();
    }
    refuseKeysOfOtherEffects(effectName);
    Effect effect = effect(effectName, tombstones());
    TargetTemplate target = target(effect, topics);
    return keys.hasErrors()
        ? Optional.empty()
        : Optional.of(new TableSpec(keys.table(), topics.orElseThrow(), effect, when, target));
  }

  private Effect.Tombstones tombstones() {
    return keys.oneOf(
        TOMBSTONES,
        Map.of("error", Effect.Tombstones.REFUSED, "ignore", Effect.Tombstones.IGNORED),
        Effect.Tombstones.REFUSED);
  }

  private Effect effect(String name, Effect.Tombstones tombstones) {
    return switch (name) {
      case "insert" -> new InsertSettings(keys).read(tombstones);
      case "upsert" -> new UpsertSettings(keys).read(tombstones);
      case "accumulate" -> new AccumulateSettings(keys).read(tombstones);
      default -> new SqlSettings(keys).read(tombstones);
    };
  }

  private TargetTemplate target(Effect effect, Optional<TopicFilter> topics) {
    if (effect instanceof Effect.Sql) {
      if (keys.text(TARGET).isPresent()) {
        keys.error(TARGET, "has no meaning for effect sql; its statements name their tables");
      }
      // No name that a table of another effect is found by.
      return TargetTemplate.fixed("batch of " + keys.table());
    }
    TargetTemplate target =
        keys.optional(TARGET, TargetTemplate::parse, TargetTemplate.EXPECTED)
            .orElse(TargetTemplate.fixed(keys.table()));
    int groups = topics.map(TopicFilter::groupCount).orElse(0);
    if (target.groupMax() > groups) {
      keys.error(
          TARGET,
          "asks for group %d of the topic's name, and %s has %d"
              .formatted(target.groupMax(), keys.key(TOPICS_REGEX), groups));
    }
    return target;
  }

  private void refuseKeysOfOtherEffects(String effect) {
    List<String> allowed = new ArrayList<>(KEYS_BY_EFFECT.get(effect));
    allowed.addAll(OF_ALL_EFFECTS);
    for (String suffix : all()) {
      if (!allowed.contains(suffix) && keys.text(suffix).isPresent()) {
        keys.error(suffix, "has no meaning for effect " + effect + "; remove it");
      }
    }
  }
}
