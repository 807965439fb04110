package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.TargetType;
import java.util.Optional;
import java.util.function.Function;

/**
 * Texts for columns of types that have no form of their own here: PostgreSQL reads them by the
 * type's input function, so any such column takes a string.
 */
final class StagedTexts {
  private StagedTexts() {}

  /** The text of values of that meaning; empty where they have none that such a column reads. */
  static Optional<Function<Object, String>> of(Meaning meaning, TargetType target) {
    ColumnType type = target.type().orElse(null);
    if (type == null) {
      return TextForms.of(meaning);
    }
    return switch (type) {
      case HSTORE -> HstoreTexts.of(meaning);
      case VECTOR -> VectorTexts.of(meaning);
      case ARRAY -> ArrayTexts.of(meaning, target);
      default -> TextForms.of(meaning);
    };
  }

  /** The text of one value without a schema. */
  static Function<Object, String> untyped(TargetType target) {
    return value ->
        of(UntypedValues.meaning(value), target)
            .orElseThrow(() -> UntypedEncoder.unfit(value, target))
            .apply(value);
  }
}
