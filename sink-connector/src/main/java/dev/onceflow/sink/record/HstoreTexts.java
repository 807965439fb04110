package dev.onceflow.sink.record;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;

/** The text form of hstore, from maps, from JSON objects in a string, and from that form itself. */
final class HstoreTexts {
  private HstoreTexts() {}

  static Optional<Function<Object, String>> of(Meaning meaning) {
    if (meaning instanceof Meaning.Text) {
      return Optional.of(value -> ofText((String) value));
    }
    if (meaning instanceof Meaning.Mapping mapping) {
      Function<Object, String> keys = JsonParts.keyText(mapping.key());
      Function<Object, String> values = values(mapping.value());
      return Optional.of(value -> literal((Map<?, ?>) value, keys, values));
    }
    return Optional.empty();
  }

  private static String ofText(String text) {
    return text.stripLeading().startsWith("{")
        ? literal(JsonSyntax.members(text), String.class::cast, String.class::cast)
        : text;
  }

  /** What has parts is JSON within hstore, too. */
  private static Function<Object, String> values(Optional<Schema> schema) {
    if (schema.isEmpty()) {
      return value -> value(UntypedValues.meaning(value)).apply(value);
    }
    return value(Meaning.of(schema.get()));
  }

  private static Function<Object, String> value(Meaning meaning) {
    return TextForms.of(meaning).orElseGet(() -> JsonForm.of(meaning)::text);
  }

  private static String literal(
      Map<?, ?> map, Function<Object, String> keys, Function<Object, String> values) {
    StringBuilder text = new StringBuilder();
    map.forEach(
        (key, value) -> {
          text.append(text.isEmpty() ? "" : ",");
          ArrayTexts.quote(keys.apply(key), text);
          text.append("=>");
          if (value == null) {
            text.append("NULL");
          } else {
            ArrayTexts.quote(values.apply(value), text);
          }
        });
    return text.toString();
  }
}
