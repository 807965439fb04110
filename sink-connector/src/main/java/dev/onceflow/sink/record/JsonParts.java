package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;

/** Lists and maps in JSON. */
final class JsonParts {
  private JsonParts() {}

  static JsonForm list(Meaning.Elements elements) {
    JsonForm each = JsonForm.of(elements.element());
    return (value, json) -> {
      json.append('[');
      String separator = "";
      for (Object element : (List<?>) value) {
        json.append(separator);
        writeOrNull(each, element, json);
        separator = ",";
      }
      json.append(']');
    };
  }

  static JsonForm map(Meaning.Mapping mapping) {
    Function<Object, String> name = keyText(mapping.key());
    JsonForm each = JsonForm.of(mapping.value());
    return (value, json) -> {
      json.append('{');
      String separator = "";
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        json.append(separator);
        JsonForm.quote(name.apply(entry.getKey()), json);
        json.append(':');
        writeOrNull(each, entry.getValue(), json);
        separator = ",";
      }
      json.append('}');
    };
  }

  /** A map's key as text. */
  static Function<Object, String> keyText(Optional<Schema> schema) {
    Function<Object, String> form =
        schema
            .map(known -> TextForms.of(Meaning.of(known)).orElse(key -> refuse()))
            .orElse(
                key -> TextForms.of(UntypedValues.meaning(key)).orElse(any -> refuse()).apply(key));
    return key -> key == null ? refuse() : form.apply(key);
  }

  private static String refuse() {
    throw new UnfitValueException("a map with a key that has no text form");
  }

  static void writeOrNull(JsonForm form, Object value, StringBuilder json) {
    if (value == null) {
      json.append("null");
    } else {
      form.write(value, json);
    }
  }
}
