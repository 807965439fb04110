package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the connector's configuration says of one table: which records make rows of it, and which
 * value goes to which column. What can't be followed here is refused, never guessed.
 *
 * @param sink the sink's name in the fence table
 * @param name the table's name in the configuration
 * @param topic whose records it takes
 * @param target the table in the database
 * @param eventId where the event ID stands
 * @param columns which values go where, by column; empty for fields to columns of their names
 * @param naming how a field's name becomes a column's
 * @param when which records it takes
 * @param deadLetterTable whether records that can't be stored are kept in {@code onceflow.dlq}
 * @param deadLetterTopic where they go else
 */
record InsertEffect(
    String sink,
    String name,
    String topic,
    String target,
    ValueSource eventId,
    Optional<Map<String, ValueSource>> columns,
    Naming naming,
    Selection when,
    boolean deadLetterTable,
    Optional<String> deadLetterTopic) {
  private static final Pattern HUMP =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
  private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Set<String> TEXT_KEYS =
      Set.of("org.apache.kafka.connect.storage.StringConverter");

  /** The connector's {@code column.naming}. */
  enum Naming {
    AS_IS,
    SNAKE_CASE,
    LOWER;

    String column(String field) {
      return switch (this) {
        case AS_IS -> field;
        case LOWER -> field.toLowerCase(Locale.ROOT);
        case SNAKE_CASE ->
            OTHER
                .matcher(HUMP.matcher(field).replaceAll("_"))
                .replaceAll("_")
                .toLowerCase(Locale.ROOT);
      };
    }
  }

  /**
   * Reads the configuration.
   *
   * @param wanted which table; may be left out where only one has insert effects
   * @param sink another sink's name than the configuration has
   * @throws UserException if something is missing, or can't be followed
   */
  static InsertEffect of(ConnectorFile file, Optional<String> wanted, Optional<String> sink) {
    String name = wanted.orElseGet(() -> onlyInsert(file));
    String prefix = "table." + name + ".";
    if (!file.list("tables").contains(name)) {
      throw file.wrong("tables", "has no %s: it names %s".formatted(name, file.list("tables")));
    }
    refuseWhatCannotBeFollowed(file, prefix);
    String target = file.text(prefix + "target").orElse(name);
    refuseOthersInTheSameTable(file, name, target);
    Optional<Map<String, ValueSource>> columns = columns(file, prefix + "columns");
    InsertEffect effect =
        new InsertEffect(
            sink.or(() -> file.text("sink.name")).orElseGet(() -> file.required("name")),
            name,
            file.required(prefix + "topic"),
            target,
            source(
                file, prefix + "event.id", file.text(prefix + "event.id").orElse("header:ce_id")),
            columns,
            naming(file),
            file.text(prefix + "when")
                .map(text -> selection(file, prefix + "when", text))
                .orElse(Selection.ALL),
            file.text("dlq.table").filter(Boolean::parseBoolean).isPresent(),
            file.text("errors.deadletterqueue.topic.name"));
    effect.refuseKeysThatAreNoText(file);
    return effect;
  }

  private static String onlyInsert(ConnectorFile file) {
    List<String> inserts =
        file.list("tables").stream()
            .filter(table -> file.text("table." + table + ".effect").equals(Optional.of("insert")))
            .toList();
    if (inserts.size() != 1) {
      throw file.wrong(
          "tables", "has %s with effect insert: name one of them with --table".formatted(inserts));
    }
    return inserts.get(0);
  }

  private static void refuseWhatCannotBeFollowed(ConnectorFile file, String prefix) {
    String effect = file.required(prefix + "effect");
    if (!effect.equals("insert")) {
      throw file.wrong(
          prefix + "effect", "is %s: only insert can be compared row by row".formatted(effect));
    }
    file.refuse(
        "transforms", value -> true, "what a transform makes of a record can't be known here");
    file.refuse("record.format", value -> !value.equals("plain"), "only plain records can be read");
    file.refuse(prefix + "topics.regex", value -> true, "only tables of one topic can be read");
    file.refuse(prefix + "target", value -> value.contains("${"), "only a fixed table can be read");
  }

  private static void refuseOthersInTheSameTable(ConnectorFile file, String name, String target) {
    for (String other : file.list("tables")) {
      String key = "table." + other + ".target";
      if (!other.equals(name) && file.text(key).orElse(other).equals(target)) {
        throw file.wrong(
            key,
            "is %s, as for %s: rows of several topics can't be told apart".formatted(target, name));
      }
    }
  }

  private static Optional<Map<String, ValueSource>> columns(ConnectorFile file, String key) {
    List<String> mappings = file.list(key);
    if (mappings.isEmpty()) {
      return Optional.empty();
    }
    Map<String, ValueSource> columns = new LinkedHashMap<>();
    for (String mapping : mappings) {
      int equals = mapping.indexOf('=');
      String column = equals < 0 ? mapping : mapping.substring(0, equals).strip();
      columns.put(column, source(file, key, mapping.substring(equals + 1).strip()));
    }
    return Optional.of(columns);
  }

  private static ValueSource source(ConnectorFile file, String key, String text) {
    return ValueSource.parse(text)
        .orElseThrow(
            () ->
                file.wrong(
                    key,
                    "has %s: expected a field, header:NAME or record:key|timestamp|topic|partition|offset"
                        .formatted(text)));
  }

  private static Selection selection(ConnectorFile file, String key, String text) {
    return Selection.parse(text)
        .orElseThrow(
            () ->
                file.wrong(
                    key,
                    "is %s: expected SOURCE=TEXT or SOURCE~REGEX, && between".formatted(text)));
  }

  private static Naming naming(ConnectorFile file) {
    String text = file.text("column.naming").orElse("as-is");
    return switch (text) {
      case "as-is" -> Naming.AS_IS;
      case "snake_case" -> Naming.SNAKE_CASE;
      case "lower" -> Naming.LOWER;
      default ->
          throw file.wrong(
              "column.naming", "is %s: expected as-is, snake_case or lower".formatted(text));
    };
  }

  private void refuseKeysThatAreNoText(ConnectorFile file) {
    boolean readsKey =
        eventId == ValueSource.Part.KEY
            || columns.stream().anyMatch(all -> all.containsValue(ValueSource.Part.KEY))
            || when.terms().stream().anyMatch(term -> term.source() == ValueSource.Part.KEY);
    if (readsKey) {
      file.refuse(
          "key.converter",
          value -> !TEXT_KEYS.contains(value),
          "only keys that are text can be read");
    }
  }

  /**
   * Where a column's value stands, for records with these fields; empty for what they don't set.
   */
  Optional<ValueSource> source(String column, List<String> fields) {
    return columns
        .map(all -> Optional.ofNullable(all.get(column)))
        .orElseGet(
            () ->
                fields.stream()
                    .filter(field -> naming.column(field).equals(column))
                    .findFirst()
                    .map(ValueSource.Field::new));
  }

  /** The column that holds the event ID; empty where none does. */
  Optional<String> eventColumn() {
    if (columns.isEmpty()) {
      return eventId instanceof ValueSource.Field field
          ? Optional.of(naming.column(field.path()))
          : Optional.empty();
    }
    return columns.get().entrySet().stream()
        .filter(entry -> entry.getValue().equals(eventId))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
