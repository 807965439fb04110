package dev.onceflow.sink;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.ValueSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Reads keys {@code table.NAME.*} of one table, and keeps account of what is wrong with them. */
final class TableKeys {
  static final String PREFIX = "table.";

  private static final String MAPPING_EXPECTED =
      "expected NAME or COLUMN=SOURCE, with commas between; of a source " + ValueSource.EXPECTED;

  private final String table;
  private final Map<String, String> properties;
  private final BiConsumer<String, String> errors;
  private boolean hasErrors;

  TableKeys(String table, Map<String, String> properties, BiConsumer<String, String> errors) {
    this.table = table;
    this.properties = properties;
    this.errors = errors;
  }

  static List<String> commaSeparated(String text) {
    return Arrays.stream(text.split(",")).map(String::trim).filter(t -> !t.isEmpty()).toList();
  }

  String table() {
    return table;
  }

  /** The whole key. */
  String key(String suffix) {
    return PREFIX + table + "." + suffix;
  }

  boolean hasErrors() {
    return hasErrors;
  }

  void error(String suffix, String message) {
    hasErrors = true;
    errors.accept(key(suffix), message);
  }

  Optional<String> text(String suffix) {
    return ofConnector(key(suffix));
  }

  /** The text of a key of the connector itself. */
  Optional<String> ofConnector(String key) {
    return Optional.ofNullable(properties.get(key)).map(String::trim).filter(t -> !t.isEmpty());
  }

  String required(String suffix, String expected) {
    Optional<String> text = text(suffix);
    if (text.isEmpty()) {
      error(suffix, "is missing: " + expected);
    }
    return text.orElse("");
  }

  <T> Optional<T> parsed(
      String suffix, String text, Function<String, Optional<T>> parser, String expected) {
    Optional<T> parsed = parser.apply(text);
    if (parsed.isEmpty()) {
      error(suffix, text + ": " + expected);
    }
    return parsed;
  }

  <T> Optional<T> optional(String suffix, Function<String, Optional<T>> parser, String expected) {
    return text(suffix).flatMap(text -> parsed(suffix, text, parser, expected));
  }

  /** The constant whose name the text is; {@code otherwise} where nothing is given. */
  <E extends Enum<E>> E oneOf(String suffix, Map<String, E> names, E otherwise) {
    return optional(
            suffix,
            text -> Optional.ofNullable(names.get(text.toLowerCase(Locale.ROOT))),
            "expected one of " + names.keySet().stream().sorted().toList())
        .orElse(otherwise);
  }

  Optional<List<ColumnMapping>> optionalMappings(String suffix) {
    return text(suffix).map(text -> mappings(suffix, text));
  }

  List<ColumnMapping> mappings(String suffix, String text) {
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
}
