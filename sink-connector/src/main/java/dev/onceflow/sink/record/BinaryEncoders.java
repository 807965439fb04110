package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/** Into bytea and uuid: bytes, and the texts that PostgreSQL writes for them. */
final class BinaryEncoders {
  private static final int UUID_CHARACTERS = 36;
  private static final int UUID_BYTES = 16;
  private static final byte[] HEX_DIGITS = hexDigits();

  private BinaryEncoders() {}

  static Optional<ColumnEncoder> bytea(Meaning meaning) {
    if (meaning instanceof Meaning.Binary) {
      return Optional.of((value, out) -> out.putBytes(Bytes.buffer(value)));
    }
    if (meaning instanceof Meaning.Text) {
      return Optional.of((value, out) -> out.putBytes(ByteBuffer.wrap(ofHex((String) value))));
    }
    return Optional.empty();
  }

  /** Base64 is not guessed at: any such text may be plain text as well. */
  private static byte[] ofHex(String text) {
    if (text.startsWith("\\x")) {
      try {
        return HexFormat.of().parseHex(text, 2, text.length());
      } catch (IllegalArgumentException notHex) {
        // Said below.
      }
    }
    throw new UnfitValueException("no bytes written as \\x and hexadecimal digits");
  }

  static Optional<ColumnEncoder> uuid(Meaning meaning) {
    if (meaning instanceof Meaning.Text) {
      return Optional.of((value, out) -> out.putUuid(uuid((String) value)));
    }
    if (meaning instanceof Meaning.Binary) {
      return Optional.of((value, out) -> out.putUuid(uuid(Bytes.buffer(value))));
    }
    return Optional.empty();
  }

  private static UUID uuid(ByteBuffer bytes) {
    if (bytes.remaining() != UUID_BYTES) {
      throw new UnfitValueException("no UUID of " + UUID_BYTES + " bytes");
    }
    int from = bytes.position();
    return new UUID(bytes.getLong(from), bytes.getLong(from + UUID_BYTES / 2));
  }

  // UUID.fromString takes groups of any length and drops what is too much of them.
  private static UUID uuid(String text) {
    if (text.length() != UUID_CHARACTERS
        || (text.charAt(8) & text.charAt(13) & text.charAt(18) & text.charAt(23)) != '-'
        || (text.charAt(8) | text.charAt(13) | text.charAt(18) | text.charAt(23)) != '-') {
      throw noUuid();
    }
    return new UUID(
        hex(text, 0, 8) << 32 | hex(text, 9, 13) << 16 | hex(text, 14, 18),
        hex(text, 19, 23) << 48 | hex(text, 24, UUID_CHARACTERS));
  }

  private static long hex(String text, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) < 'g' ? HEX_DIGITS[text.charAt(i)] : -1;
      if (digit < 0) {
        throw noUuid();
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private static byte[] hexDigits() {
    byte[] digits = new byte['g'];
    for (char c = 0; c < digits.length; c++) {
      digits[c] = (byte) Character.digit(c, 16);
    }
    return digits;
  }

  private static UnfitValueException noUuid() {
    return new UnfitValueException("no UUID in its canonical form of 36 characters");
  }
}
