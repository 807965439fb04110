package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;

/** Into numeric and money: PostgreSQL rounds what has too many digits; here that is refused. */
final class DecimalEncoders {
  private DecimalEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, TargetType target) {
    return Decimals.reader(meaning)
        .map(
            read ->
                target.type().orElseThrow() == ColumnType.MONEY
                    ? money(read, target.scale().orElseThrow())
                    : numeric(read, meaning, target));
  }

  private static ColumnEncoder numeric(
      Function<Object, BigDecimal> read, Meaning meaning, TargetType target) {
    if (meaning instanceof Meaning.Floating || meaning instanceof Meaning.Text) {
      return (value, out) -> {
        Double special = notFinite(value);
        if (special == null) {
          out.putNumeric(fitted(read.apply(value), target));
        } else {
          putSpecial(special, target, out);
        }
      };
    }
    return target.precision().isEmpty()
        ? (value, out) -> out.putNumeric(read.apply(value))
        : (value, out) -> out.putNumeric(fitted(read.apply(value), target));
  }

  private static Double notFinite(Object value) {
    if (value instanceof Number number) {
      return Double.isFinite(number.doubleValue()) ? null : (Double) number.doubleValue();
    }
    return FloatEncoders.special(value);
  }

  private static void putSpecial(double value, TargetType target, CopyBuffer out) {
    if (Double.isInfinite(value) && target.precision().isPresent()) {
      throw new UnfitValueException("infinite, and the column has a precision");
    }
    out.putNumeric(value);
  }

  private static BigDecimal fitted(BigDecimal value, TargetType target) {
    if (target.precision().isEmpty()) {
      return value;
    }
    int scale = target.scale().orElseThrow();
    BigDecimal exact = value.scale() > scale ? withScale(value, scale) : value;
    long before = (long) target.precision().get() - scale;
    if (exact.signum() != 0 && (long) exact.precision() - exact.scale() > before) {
      throw new UnfitValueException(
          before > 0
              ? "has more than " + before + " digits before the point"
              : "too large for its precision and scale");
    }
    return exact;
  }

  private static BigDecimal withScale(BigDecimal value, int scale) {
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    if (stripped.scale() > scale) {
      throw new UnfitValueException(
          stripped.scale() > 0
              ? "has " + stripped.scale() + " digits after the point and would be rounded"
              : "would be rounded to a multiple of 1" + "0".repeat(-scale));
    }
    return stripped;
  }

  private static ColumnEncoder money(Function<Object, BigDecimal> read, int digits) {
    return (value, out) -> out.putInt8(smallestUnits(read.apply(value), digits));
  }

  private static long smallestUnits(BigDecimal value, int digits) {
    BigDecimal exact = value.scale() > digits ? withScale(value, digits) : value;
    try {
      return exact.movePointRight(digits).longValueExact();
    } catch (ArithmeticException e) {
      throw new UnfitValueException("outside the range of money");
    }
  }
}
