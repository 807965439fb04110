package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;

/** Takes finite numbers out of values, exactly. */
final class Decimals {
  private Decimals() {}

  /**
   * The function; empty for what is no number. A float is taken for the shortest decimal that names
   * it, so 0.1 is 0.1.
   */
  static Optional<Function<Object, BigDecimal>> reader(Meaning meaning) {
    if (meaning instanceof Meaning.Exact exact) {
      return Optional.of(exact.read());
    }
    if (meaning instanceof Meaning.Whole) {
      return Optional.of(value -> BigDecimal.valueOf(((Number) value).longValue()));
    }
    if (meaning instanceof Meaning.Truth) {
      return Optional.of(value -> (Boolean) value ? BigDecimal.ONE : BigDecimal.ZERO);
    }
    if (meaning instanceof Meaning.Floating || meaning instanceof Meaning.Text) {
      return Optional.of(Decimals::parsed);
    }
    return Optional.empty();
  }

  private static BigDecimal parsed(Object value) {
    try {
      return new BigDecimal(value.toString().strip());
    } catch (NumberFormatException e) {
      throw new UnfitValueException("no finite number");
    }
  }
}
