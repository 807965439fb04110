package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import java.util.Optional;

/** Into json and jsonb: a string is taken for JSON, all else is written as JSON. */
final class JsonEncoders {
  private JsonEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, ColumnType type) {
    if (meaning instanceof Meaning.Text) {
      return Optional.of((value, out) -> put(checked((String) value, type), type, out));
    }
    JsonForm form = JsonForm.of(meaning);
    return Optional.of((value, out) -> put(form.text(value), type, out));
  }

  private static String checked(String json, ColumnType type) {
    if (type == ColumnType.JSONB) {
      JsonSyntax.checkForJsonb(json);
    } else {
      JsonSyntax.check(json);
    }
    return json;
  }

  private static void put(String json, ColumnType type, CopyBuffer out) {
    if (type == ColumnType.JSONB) {
      out.putJsonb(json);
    } else {
      out.putText(json);
    }
  }
}
