package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** PostgreSQL's text form of arrays (documentation, "Array Input and Output Syntax"). */
final class ArrayTexts {
  private static final String NULL = "NULL";

  private ArrayTexts() {}

  /** Arrays of elements that are written as text. */
  static Optional<Function<Object, String>> of(Meaning meaning, TargetType target) {
    TargetType element = target.element().orElseThrow();
    if (meaning instanceof Meaning.Text) {
      return Optional.of(String.class::cast);
    }
    if (meaning instanceof Meaning.TextSet) {
      return Optional.of(value -> literal(split((String) value), String.class::cast, element));
    }
    if (meaning instanceof Meaning.Elements elements) {
      Optional<Function<Object, String>> form =
          elements
              .element()
              .map(schema -> StagedTexts.of(Meaning.of(schema), element))
              .orElseGet(() -> Optional.of(StagedTexts.untyped(element)));
      return form.map(each -> value -> literal((List<?>) value, each, element));
    }
    return Optional.empty();
  }

  static List<String> split(String set) {
    return set.isEmpty() ? List.of() : List.of(set.split(",", -1));
  }

  private static String literal(List<?> values, Function<Object, String> each, TargetType element) {
    StringBuilder text = new StringBuilder("{");
    for (Object value : values) {
      if (text.length() > 1) {
        text.append(delimiter(element));
      }
      if (value == null) {
        text.append(NULL);
      } else {
        quote(each.apply(value), text);
      }
    }
    return text.append('}').toString();
  }

  /** Quoted with backslashes, as arrays and hstore have it. */
  static void quote(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\');
      }
      text.append(c);
    }
    text.append('"');
  }

  private static char delimiter(TargetType element) {
    return element.declared().equals("box") ? ';' : ',';
  }

  /** The elements of an array of one dimension. */
  static List<String> parsed(String text, TargetType element) {
    return new Cursor(text.strip(), delimiter(element)).elements();
  }

  private static final class Cursor {
    private final String text;
    private final char delimiter;
    private int at = 1;

    Cursor(String text, char delimiter) {
      this.text = text;
      this.delimiter = delimiter;
      if (text.length() < 2 || text.charAt(0) != '{' || text.charAt(text.length() - 1) != '}') {
        throw malformed();
      }
    }

    List<String> elements() {
      List<String> elements = new ArrayList<>();
      if (text.substring(1, text.length() - 1).isBlank()) {
        return elements;
      }
      do {
        elements.add(element());
      } while (text.charAt(at++) == delimiter);
      if (at != text.length()) {
        throw malformed();
      }
      return elements;
    }

    private String element() {
      skipBlanks();
      if (text.charAt(at) == '"') {
        String value = quoted();
        skipBlanks();
        return value;
      }
      StringBuilder value = new StringBuilder();
      for (; text.charAt(at) != delimiter && text.charAt(at) != '}'; at++) {
        if (text.charAt(at) == '{' || text.charAt(at) == '"') {
          throw malformed();
        }
        if (text.charAt(at) == '\\' && ++at == text.length() - 1) {
          throw malformed();
        }
        value.append(text.charAt(at));
      }
      String bare = value.toString().strip();
      if (bare.isEmpty()) {
        throw malformed();
      }
      return bare.equalsIgnoreCase(NULL) ? null : bare;
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\') {
          at++;
        }
        if (at >= text.length() - 1) {
          throw malformed();
        }
        value.append(text.charAt(at));
      }
      at++;
      return value.toString();
    }

    private void skipBlanks() {
      while (Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private static UnfitValueException malformed() {
      return new UnfitValueException("no array of one dimension as PostgreSQL writes it");
    }
  }
}
