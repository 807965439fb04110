package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import org.apache.kafka.connect.data.Struct;

/** The text forms of pgvector's types, from lists of numbers, sparse vectors and the forms. */
final class VectorTexts {
  private VectorTexts() {}

  static Optional<Function<Object, String>> of(Meaning meaning) {
    if (meaning instanceof Meaning.Text) {
      return Optional.of(String.class::cast);
    }
    if (meaning instanceof Meaning.Elements) {
      return Optional.of(value -> dense((List<?>) value));
    }
    if (meaning instanceof Meaning.SparseVector) {
      return Optional.of(value -> sparse((Struct) value));
    }
    return Optional.empty();
  }

  private static String dense(List<?> values) {
    StringJoiner text = new StringJoiner(",", "[", "]");
    for (Object value : values) {
      text.add(number(value));
    }
    return text.toString();
  }

  private static String sparse(Struct value) {
    StringJoiner text = new StringJoiner(",", "{", "}");
    for (Map.Entry<?, ?> place : ((Map<?, ?>) value.getMap("vector")).entrySet()) {
      text.add(number(place.getKey()) + ":" + number(place.getValue()));
    }
    return text + "/" + number(value.get("dimensions"));
  }

  private static String number(Object value) {
    if (value instanceof Number number) {
      return number.toString();
    }
    throw new UnfitValueException("a vector with a place that is no number");
  }
}
