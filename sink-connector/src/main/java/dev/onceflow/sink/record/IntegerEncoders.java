package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Into int2, int4, int8 and oid: whole numbers in range, whatever they come as. */
final class IntegerEncoders {
  private static final long OID_MAX = 0xFFFF_FFFFL;

  private IntegerEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, ColumnType type) {
    return reader(meaning).map(read -> encoder(read, type));
  }

  private static ColumnEncoder encoder(ToLongFunction<Object> read, ColumnType type) {
    return switch (type) {
      case INT2 ->
          (value, out) ->
              out.putInt2(
                  (short) within(read.applyAsLong(value), Short.MIN_VALUE, Short.MAX_VALUE));
      case INT4 ->
          (value, out) ->
              out.putInt4(
                  (int) within(read.applyAsLong(value), Integer.MIN_VALUE, Integer.MAX_VALUE));
      case OID -> (value, out) -> out.putInt4((int) within(read.applyAsLong(value), 0, OID_MAX));
      default -> (value, out) -> out.putInt8(read.applyAsLong(value));
    };
  }

  private static Optional<ToLongFunction<Object>> reader(Meaning meaning) {
    if (meaning instanceof Meaning.Whole) {
      return Optional.of(value -> ((Number) value).longValue());
    }
    if (meaning instanceof Meaning.Truth) {
      return Optional.of(value -> (Boolean) value ? 1 : 0);
    }
    return Decimals.reader(meaning).map(read -> value -> whole(read.apply(value)));
  }

  private static long whole(BigDecimal number) {
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw new UnfitValueException("no whole number of up to 64 bits");
    }
  }

  private static long within(long number, long min, long max) {
    if (number < min || number > max) {
      throw new UnfitValueException("outside " + min + " to " + max);
    }
    return number;
  }
}
