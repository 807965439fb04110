package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Function;

/** Into bit(n) and varbit(n): strings of bits, whatever they come as. */
final class BitEncoders {
  private BitEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, TargetType target) {
    return bits(meaning, target).map(form -> (value, out) -> put(form.apply(value), target, out));
  }

  private static Optional<Function<Object, String>> bits(Meaning meaning, TargetType target) {
    if (meaning instanceof Meaning.Bits bits) {
      // A source without a length lost the leading zeros: a column of a fixed length has them.
      Optional<Integer> length =
          target.type().orElseThrow() == ColumnType.BIT ? target.bits() : bits.length();
      return Optional.of(value -> text(Bytes.of(value), length));
    }
    if (meaning instanceof Meaning.Truth) {
      return Optional.of(value -> (Boolean) value ? "1" : "0");
    }
    return meaning instanceof Meaning.Text ? Optional.of(String.class::cast) : Optional.empty();
  }

  /**
   * Bits as 0 and 1, the highest first.
   *
   * @param value the lowest byte first
   * @param length empty for as many as there are from the highest 1 on
   */
  static String text(byte[] value, Optional<Integer> length) {
    byte[] highestFirst = new byte[value.length];
    for (int i = 0; i < value.length; i++) {
      highestFirst[i] = value[value.length - 1 - i];
    }
    BigInteger number = new BigInteger(1, highestFirst);
    if (length.isEmpty()) {
      return number.toString(2);
    }
    if (number.bitLength() > length.get()) {
      throw new UnfitValueException("longer than " + length.get() + " bits");
    }
    String digits = number.signum() == 0 ? "" : number.toString(2);
    return "0".repeat(length.get() - digits.length()) + digits;
  }

  private static void put(String bits, TargetType target, CopyBuffer out) {
    int length = bits.length();
    int limit = target.bits().orElse(Integer.MAX_VALUE);
    if (length > limit) {
      throw new UnfitValueException("longer than " + limit + " bits");
    }
    if (target.type().orElseThrow() == ColumnType.BIT && length != limit) {
      throw new UnfitValueException("of " + length + " bits, and the column takes " + limit);
    }
    byte[] bytes = new byte[(length + 7) / 8];
    for (int i = 0; i < length; i++) {
      switch (bits.charAt(i)) {
        case '1' -> bytes[i / 8] |= (byte) (0x80 >>> (i % 8));
        case '0' -> {
          // Is there already.
        }
        default -> throw new UnfitValueException("no string of 0 and 1");
      }
    }
    out.putBits(bytes, length);
  }
}
