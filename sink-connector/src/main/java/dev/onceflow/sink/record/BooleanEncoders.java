package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.Locale;
import java.util.Optional;

/** Into bool: truth, the numbers 0 and 1, and texts that say it as SQL does. */
final class BooleanEncoders {
  private BooleanEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning) {
    if (meaning instanceof Meaning.Truth) {
      return Optional.of((value, out) -> out.putBool((Boolean) value));
    }
    if (meaning instanceof Meaning.Whole) {
      return Optional.of((value, out) -> out.putBool(ofNumber(((Number) value).longValue())));
    }
    if (meaning instanceof Meaning.Text) {
      return Optional.of((value, out) -> out.putBool(ofText((String) value)));
    }
    return Optional.empty();
  }

  private static boolean ofNumber(long number) {
    if (number != 0 && number != 1) {
      throw new UnfitValueException("neither 0 nor 1");
    }
    return number == 1;
  }

  private static boolean ofText(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "y", "on", "1" -> true;
      case "false", "f", "no", "n", "off", "0" -> false;
      default -> throw new UnfitValueException("neither true nor false");
    };
  }
}
