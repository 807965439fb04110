package dev.onceflow.sink.postgres;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * A decimal as PostgreSQL's numeric_recv reads it: digits to the base of 10,000, counted from the
 * point. Holds one at a time, so that none is allocated for each value.
 */
final class NumericForm {
  private static final int BASE = 10_000;
  private static final BigInteger BIG_BASE = BigInteger.valueOf(BASE);
  private static final int BASE_DIGITS = 4;
  private static final int NEGATIVE = 0x4000;
  private static final int SCALE_MAX = 16_383;
  private static final int WHOLE_DIGITS_MAX = 131_072;

  /** A number of so many bits, filled up, is a long still. */
  private static final int LONG_BITS_MAX = 50;

  private short[] groups = new short[16];
  private int count;
  private int first;
  private int weight;
  private int sign;
  private int scale;

  /** Takes a decimal apart. */
  void set(BigDecimal value) {
    // A few bytes of record can name a number of billions of digits: nothing is expanded before.
    if ((long) value.precision() - value.scale() > WHOLE_DIGITS_MAX) {
      throw new UnfitValueException("more than " + WHOLE_DIGITS_MAX + " digits before the point");
    }
    if (value.scale() > SCALE_MAX) {
      throw new UnfitValueException("more than " + SCALE_MAX + " digits after the point");
    }
    BigDecimal decimal = value.scale() < 0 ? value.setScale(0, RoundingMode.UNNECESSARY) : value;
    scale = decimal.scale();
    sign = decimal.signum() < 0 ? NEGATIVE : 0;
    // Groups of four decimal digits are counted from the point, so the last one is filled up.
    int filler = (BASE_DIGITS - scale % BASE_DIGITS) % BASE_DIGITS;
    split(decimal.unscaledValue().abs(), filler);
    weight = count - (scale + filler) / BASE_DIGITS - 1;
    first = 0;
    while (first < count && groups[first] == 0) {
      first++;
    }
  }

  /** Fills {@code groups} from the least significant one. */
  private void split(BigInteger unscaled, int filler) {
    count = 0;
    if (unscaled.bitLength() < LONG_BITS_MAX) {
      long rest = unscaled.longValue();
      for (int i = 0; i < filler; i++) {
        rest *= 10;
      }
      for (; rest != 0; rest /= BASE) {
        groups[count++] = (short) (rest % BASE);
      }
      return;
    }
    BigInteger rest = unscaled.multiply(BigInteger.TEN.pow(filler));
    while (rest.signum() != 0) {
      BigInteger[] parts = rest.divideAndRemainder(BIG_BASE);
      if (count == groups.length) {
        groups = Arrays.copyOf(groups, count * 2);
      }
      groups[count++] = parts[1].shortValue();
      rest = parts[0];
    }
  }

  /** How many digits there are, without the zeros at the end. */
  int digits() {
    return count - first;
  }

  /** A digit, the most significant one at 0. */
  int digit(int index) {
    return groups[count - 1 - index];
  }

  /** The power of the base that belongs to the first digit. */
  int weight() {
    return digits() == 0 ? 0 : weight;
  }

  /** The sign's bits. */
  int sign() {
    return sign;
  }

  /** Decimal digits after the point. */
  int scale() {
    return scale;
  }
}
