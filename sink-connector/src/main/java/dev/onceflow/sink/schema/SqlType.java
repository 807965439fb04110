package dev.onceflow.sink.schema;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A column's type as {@code format_type} writes it, taken apart.
 *
 * @param name without modifiers, such as {@code timestamp with time zone}
 * @param modifiers length, or precision and scale
 * @param dimensions {@code []} for an array, else empty
 */
record SqlType(String name, List<Integer> modifiers, String dimensions) {
  static final SqlType SMALLINT = plain("smallint");
  static final SqlType INTEGER = plain("integer");
  static final SqlType BIGINT = plain("bigint");
  static final SqlType NUMERIC = plain("numeric");
  static final SqlType REAL = plain("real");
  static final SqlType DOUBLE = plain("double precision");
  static final SqlType TEXT = plain("text");
  static final SqlType JSONB = plain("jsonb");

  private static final Pattern DECLARED =
      Pattern.compile(
          "([^(\\[]+?)(?:\\((-?\\d+)(?:,\\s?(-?\\d+))?\\))?( with(?:out)? time zone)?((?:\\[])*)");

  static SqlType plain(String name) {
    return new SqlType(name, List.of(), "");
  }

  static SqlType of(String name, Integer... modifiers) {
    return new SqlType(name, List.of(modifiers), "");
  }

  /** Reads what the catalogue says; what it can't take apart is a name as a whole. */
  static SqlType parse(String declared) {
    Matcher matcher = DECLARED.matcher(declared);
    if (!matcher.matches()) {
      return plain(declared);
    }
    String zone = Optional.ofNullable(matcher.group(4)).orElse("");
    List<Integer> modifiers =
        Stream.of(matcher.group(2), matcher.group(3))
            .filter(modifier -> modifier != null)
            .map(Integer::valueOf)
            .toList();
    return new SqlType(matcher.group(1) + zone, modifiers, matcher.group(5));
  }

  /** An array of it. */
  SqlType array() {
    return new SqlType(name, modifiers, "[]");
  }

  boolean isArray() {
    return !dimensions.isEmpty();
  }

  /** The same without length or precision. */
  SqlType withoutModifiers() {
    return new SqlType(name, List.of(), dimensions);
  }

  /** As SQL writes it; modifiers stand before the words on time zones. */
  @Override
  public String toString() {
    if (modifiers.isEmpty()) {
      return name + dimensions;
    }
    String in = modifiers.stream().map(String::valueOf).collect(Collectors.joining(",", "(", ")"));
    int zone = name.indexOf(" with");
    return zone < 0
        ? name + in + dimensions
        : name.substring(0, zone) + in + name.substring(zone) + dimensions;
  }
}
