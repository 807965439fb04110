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
  private static final int[] UUID_DASHES = {8, 13, 18, 23};

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

  private static UUID uuid(String text) {
    try {
      if (text.length() == UUID_CHARACTERS && hasDashes(text)) {
        return UUID.fromString(text);
      }
    } catch (IllegalArgumentException notAUuid) {
      // Said below.
    }
    throw new UnfitValueException("no UUID in its canonical form of 36 characters");
  }

  // UUID.fromString takes groups of any length and drops what is too much of them.
  private static boolean hasDashes(String text) {
    for (int at : UUID_DASHES) {
      if (text.charAt(at) != '-') {
        return false;
      }
    }
    return true;
  }
}
