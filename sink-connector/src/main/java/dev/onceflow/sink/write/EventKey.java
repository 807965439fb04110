package dev.onceflow.sink.write;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * An event ID as the memory keeps it, in 16 bytes: a UUIDv7 itself, of any other text a hash.
 *
 * @param isTimed whether it is a UUIDv7; a hash may look like one
 */
public record EventKey(UUID bits, boolean isTimed) {
  private static final int UUID_LENGTH = 36;
  private static final int TIME_ORDERED = 7;
  private static final int TIME_SHIFT = 16;

  /** The key of an ID. */
  public static EventKey of(String id) {
    if (id.length() == UUID_LENGTH) {
      try {
        UUID uuid = UUID.fromString(id);
        if (uuid.version() == TIME_ORDERED) {
          return new EventKey(uuid, true);
        }
      } catch (IllegalArgumentException notAUuid) {
        // A text like any other.
      }
    }
    byte[] text = id.getBytes(StandardCharsets.UTF_8);
    ByteBuffer sized = ByteBuffer.allocate(Integer.BYTES + text.length).putInt(text.length);
    ByteBuffer hash = ByteBuffer.wrap(sha256().digest(sized.put(text).array()));
    return new EventKey(new UUID(hash.getLong(), hash.getLong()), false);
  }

  /** When it was minted, in Unix milliseconds; only of a UUIDv7. */
  long timeMs() {
    return bits.getMostSignificantBits() >>> TIME_SHIFT;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
