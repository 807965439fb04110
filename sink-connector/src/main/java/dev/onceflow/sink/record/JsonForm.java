package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;

/**
 * How values of one meaning look in JSON: decimals as numbers with every digit, bytes in base64,
 * times in ISO 8601, a null where a field has none. Belongs to one thread.
 */
@FunctionalInterface
interface JsonForm {
  /** Writes a value that is not null. */
  void write(Object value, StringBuilder json);

  /** A value that is not null, as JSON. */
  default String text(Object value) {
    StringBuilder json = new StringBuilder();
    write(value, json);
    return json.toString();
  }

  /** The form of what has parts; empty for all else. */
  static Optional<JsonForm> ofParts(Meaning meaning) {
    if (meaning instanceof Meaning.Elements elements) {
      return Optional.of(JsonParts.list(elements));
    }
    if (meaning instanceof Meaning.Mapping mapping) {
      return Optional.of(JsonParts.map(mapping));
    }
    if (meaning instanceof Meaning.Nested || meaning instanceof Meaning.SparseVector) {
      return Optional.of(new JsonStruct());
    }
    return Optional.empty();
  }

  /** The form of values with that schema; empty for values without. */
  static JsonForm of(Optional<Schema> schema) {
    if (schema.isEmpty()) {
      return (value, json) -> of(UntypedValues.meaning(value)).write(value, json);
    }
    // A string that is JSON, and is called so, goes in as it is.
    return "io.debezium.data.Json".equals(schema.get().name())
        ? JsonForm::embed
        : of(Meaning.of(schema.get()));
  }

  /** The form of values of that meaning. */
  static JsonForm of(Meaning meaning) {
    if (meaning instanceof Meaning.Point || meaning instanceof Meaning.Geometry) {
      return new JsonStruct();
    }
    if (meaning instanceof Meaning.Truth || meaning instanceof Meaning.Whole) {
      return (value, json) -> json.append(value);
    }
    if (meaning instanceof Meaning.Floating) {
      return (value, json) -> json.append(finite((Number) value));
    }
    if (meaning instanceof Meaning.Exact exact) {
      return (value, json) -> json.append(TextForms.decimal(exact.read().apply(value)));
    }
    if (meaning instanceof Meaning.Binary) {
      return (value, json) -> quote(Base64.getEncoder().encodeToString(Bytes.of(value)), json);
    }
    return ofParts(meaning)
        .orElseGet(
            () -> {
              Function<Object, String> form = TextForms.of(meaning).orElseThrow();
              return (value, json) -> quote(form.apply(value), json);
            });
  }

  private static void embed(Object value, StringBuilder json) {
    String text = (String) value;
    JsonSyntax.checkForJsonb(text);
    json.append(text);
  }

  private static Number finite(Number value) {
    if (!Double.isFinite(value.doubleValue())) {
      throw new UnfitValueException("holds a number that isn't finite, which JSON has none of");
    }
    return value;
  }

  /** A JSON string. */
  static void quote(String value, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case 0 ->
            throw new UnfitValueException("holds U+0000, which PostgreSQL's text types can't");
        default -> {
          if (c < ' ') {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
