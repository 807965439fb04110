package dev.onceflow.streams.dedupe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/**
 * An event ID in 16 bytes: a UUID in its canonical form (36 characters, lower case) as it is, so
 * that IDs in order of time stay in order; any other string by its SHA-256. Two IDs never share a
 * key by their form: hashes carry the variant bits 111, which RFC 9562 reserves, and a UUID with
 * these bits is hashed like any other string. That leaves 125 bits of a hash to tell strings apart.
 */
final class EventKey {
  private static final int KEY_BYTES = 16;
  private static final int UUID_CHARS = 36;
  private static final int VARIANT_BYTE = 8;
  private static final int VARIANT_RESERVED = 0b1110_0000;

  private EventKey() {}

  /**
   * The key of an event ID.
   *
   * @param sha256 the caller's own digest, in its initial state before and after
   */
  static Bytes of(String eventId, MessageDigest sha256) {
    byte[] key = canonicalUuid(eventId);
    if (key == null || (key[VARIANT_BYTE] & VARIANT_RESERVED) == VARIANT_RESERVED) {
      byte[] hash = sha256.digest(eventId.getBytes(StandardCharsets.UTF_8));
      key = Arrays.copyOf(hash, KEY_BYTES);
      key[VARIANT_BYTE] |= (byte) VARIANT_RESERVED;
    }
    return Bytes.wrap(key);
  }

  // UUID.fromString also reads "1-1-1-1-1" and capitals: other strings, so other event IDs.
  private static byte[] canonicalUuid(String id) {
    if (id.length() != UUID_CHARS) {
      return null;
    }
    byte[] bytes = new byte[KEY_BYTES];
    int at = 0;
    for (int i = 0; i < UUID_CHARS; ) {
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (id.charAt(i) != '-') {
          return null;
        }
        i++;
        continue;
      }
      int high = digit(id.charAt(i));
      int low = digit(id.charAt(i + 1));
      if ((high | low) < 0) {
        return null;
      }
      bytes[at++] = (byte) (high << 4 | low);
      i += 2;
    }
    return bytes;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }
}
