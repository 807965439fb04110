package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/**
 * Into text, varchar(n), char(n), citext, name, "char" and enums: any value that has a text form,
 * and what has parts as JSON. Which labels an enum has is the server's business: they may be added
 * to while the sink runs.
 */
final class TextEncoders {
  private static final int NAME_BYTES_MAX = 63;

  private TextEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, TargetType target) {
    ColumnType type = target.type().orElseThrow();
    Optional<Function<Object, String>> form = TextForms.of(meaning);
    if (form.isEmpty() && type != ColumnType.ENUM) {
      form = JsonForm.ofParts(meaning).map(json -> value -> json.text(value));
    }
    return form.map(text -> encoder(text, meaning, target, type));
  }

  private static ColumnEncoder encoder(
      Function<Object, String> form, Meaning meaning, TargetType target, ColumnType type) {
    if (target.charactersMax().isPresent()) {
      int max = target.charactersMax().get();
      return (value, out) -> out.putText(withinCharacters(form.apply(value), max));
    }
    if (type == ColumnType.NAME || type == ColumnType.INTERNAL_CHAR) {
      int max = type == ColumnType.NAME ? NAME_BYTES_MAX : 1;
      return (value, out) -> out.putText(withinBytes(form.apply(value), max));
    }
    return meaning instanceof Meaning.Text
        ? (value, out) -> out.putText((String) value)
        : (value, out) -> out.putText(form.apply(value));
  }

  private static String withinCharacters(String text, int max) {
    if (text.length() > max && text.codePointCount(0, text.length()) > max) {
      throw new UnfitValueException("longer than " + max + " characters");
    }
    return text;
  }

  private static String withinBytes(String text, int max) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > max || (bytes == 0 && max == 1)) {
      throw new UnfitValueException(max == 1 ? "not of one byte" : "longer than " + max + " bytes");
    }
    return text;
  }
}
