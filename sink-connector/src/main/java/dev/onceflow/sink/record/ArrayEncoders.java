package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetType;
import java.util.List;
import java.util.Optional;

/**
 * Into arrays of one dimension, from lists, from sets in a text, and from PostgreSQL's own text.
 */
final class ArrayEncoders {
  private ArrayEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, TargetType target) {
    TargetType element = target.element().orElseThrow();
    if (meaning instanceof Meaning.Elements elements) {
      Optional<ColumnEncoder> encoder =
          elements
              .element()
              .map(schema -> ColumnEncoder.of(Meaning.of(schema), element))
              .orElseGet(() -> Optional.of(new UntypedEncoder(element)));
      return encoder.map(each -> (value, out) -> encode((List<?>) value, element, each, out));
    }
    Optional<ColumnEncoder> ofText = ColumnEncoder.of(new Meaning.Text(), element);
    if (meaning instanceof Meaning.Text) {
      return ofText.map(
          each ->
              (value, out) ->
                  encode(ArrayTexts.parsed((String) value, element), element, each, out));
    }
    if (meaning instanceof Meaning.TextSet) {
      return ofText.map(
          each -> (value, out) -> encode(ArrayTexts.split((String) value), element, each, out));
    }
    return Optional.empty();
  }

  private static void encode(
      List<?> values, TargetType element, ColumnEncoder each, CopyBuffer out) {
    int array = out.beginArray(element, values.size());
    for (Object value : values) {
      if (value == null) {
        out.putNull();
      } else {
        each.encode(value, out);
      }
    }
    out.endArray(array);
  }
}
