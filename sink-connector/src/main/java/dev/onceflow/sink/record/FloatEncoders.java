package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Into float4 and float8. A number fits where the column gives back the same decimal: 0.1 does,
 * though neither float is one tenth; 16777217 doesn't go into a float4.
 */
final class FloatEncoders {
  private FloatEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, ColumnType type) {
    return type == ColumnType.FLOAT4 ? float4(meaning) : float8(meaning);
  }

  private static Optional<ColumnEncoder> float4(Meaning meaning) {
    if (meaning instanceof Meaning.Floating) {
      return Optional.of((value, out) -> out.putFloat4(narrowed((Number) value)));
    }
    return reader(meaning).map(read -> (value, out) -> out.putFloat4(ofDecimal(value, read)));
  }

  private static float ofDecimal(Object value, ToDecimal read) {
    Double special = special(value);
    if (special != null) {
      return special.floatValue();
    }
    BigDecimal decimal = read.of(value);
    float number = decimal.floatValue();
    checkSame(Float.toString(number), Float.isInfinite(number), decimal);
    return number;
  }

  private static float narrowed(Number value) {
    if (value instanceof Float number) {
      return number;
    }
    double wide = value.doubleValue();
    float number = (float) wide;
    if (number != wide && !Double.isNaN(wide)) {
      checkSame(
          Float.toString(number), Float.isInfinite(number), new BigDecimal(Double.toString(wide)));
    }
    return number;
  }

  private static Optional<ColumnEncoder> float8(Meaning meaning) {
    if (meaning instanceof Meaning.Floating) {
      ToDoubleFunction<Object> read = value -> ((Number) value).doubleValue();
      return Optional.of((value, out) -> out.putFloat8(read.applyAsDouble(value)));
    }
    return reader(meaning)
        .map(
            read ->
                (value, out) -> {
                  Double special = special(value);
                  out.putFloat8(special == null ? exact(read.of(value)) : special);
                });
  }

  private static double exact(BigDecimal decimal) {
    double number = decimal.doubleValue();
    checkSame(Double.toString(number), Double.isInfinite(number), decimal);
    return number;
  }

  private static void checkSame(String shortest, boolean isInfinite, BigDecimal decimal) {
    if (isInfinite) {
      throw new UnfitValueException("outside the range of the column's floating-point numbers");
    }
    if (new BigDecimal(shortest).compareTo(decimal) != 0) {
      throw new UnfitValueException("has more digits than the column's floating-point numbers");
    }
  }

  @FunctionalInterface
  private interface ToDecimal {
    BigDecimal of(Object value);
  }

  private static Optional<ToDecimal> reader(Meaning meaning) {
    return Decimals.reader(meaning).map(read -> read::apply);
  }

  /** What texts say that is no decimal; null for all else. */
  static Double special(Object value) {
    if (!(value instanceof String text)) {
      return null;
    }
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity", "inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity", "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> null;
    };
  }
}
