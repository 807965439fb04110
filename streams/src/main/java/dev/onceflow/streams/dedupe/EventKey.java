package dev.onceflow.streams.dedupe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.common.utils.Bytes;

/**
 * An event ID in 16 bytes, and its time: the one inside it, or its event's.
 *
 * <p>A UUID in its canonical form (36 characters, lower case) is its own key, so that IDs in order
 * of time stay in order; any other string goes by its SHA-256. Two IDs never share a key by their
 * form: hashes carry the variant bits 111, which RFC 9562 reserves, and a UUID with these bits is
 * hashed like any other string. That leaves 125 bits of a hash to tell strings apart.
 *
 * @param bytes the key in the store
 * @param timeMs the Unix milliseconds of a UUIDv7 of 36 characters, in capitals too; of another ID
 *     its event's own time, where that is known, else {@link #NO_TIME}
 */
record EventKey(Bytes bytes, long timeMs) {
  /** The time of an ID that has none inside. */
  static final long NO_TIME = -1;

  private static final int KEY_BYTES = 16;
  private static final int UUID_CHARS = 36;
  private static final int VERSION_BYTE = 6;
  private static final int VERSION_7 = 7;
  private static final int VARIANT_BYTE = 8;
  private static final int VARIANT_RFC = 0b10;
  private static final int VARIANT_RESERVED = 0b1110_0000;

  /**
   * The key of an event ID.
   *
   * @param sha256 the caller's own digest, in its initial state before and after
   */
  static EventKey of(String eventId, MessageDigest sha256) {
    byte[] key = canonicalUuid(eventId);
    if (key == null || (key[VARIANT_BYTE] & VARIANT_RESERVED) == VARIANT_RESERVED) {
      byte[] hash = sha256.digest(eventId.getBytes(StandardCharsets.UTF_8));
      byte[] hashed = Arrays.copyOf(hash, KEY_BYTES);
      hashed[VARIANT_BYTE] |= (byte) VARIANT_RESERVED;
      // In capitals it is another string, so another ID, but its time is as good.
      byte[] otherwise = key == null ? canonicalUuid(eventId.toLowerCase(Locale.ROOT)) : null;
      return new EventKey(Bytes.wrap(hashed), otherwise == null ? NO_TIME : timeMs(otherwise));
    }
    return new EventKey(Bytes.wrap(key), timeMs(key));
  }

  /**
   * The same key, dated by its event where there is no time inside the ID.
   *
   * @param eventTimeMs when the event happened; {@link #NO_TIME} where that isn't known
   */
  EventKey datedBy(long eventTimeMs) {
    return timeMs != NO_TIME || eventTimeMs == NO_TIME ? this : new EventKey(bytes, eventTimeMs);
  }

  /** Whether the key begins with the time inside the ID. */
  boolean isInOrder() {
    return timeMs != NO_TIME && timeMs(bytes.get()) == timeMs;
  }

  /** The last key that an ID with a time up to this one can have. */
  static Bytes lastOf(long timeMs) {
    byte[] key = new byte[KEY_BYTES];
    Arrays.fill(key, (byte) 0xFF);
    for (int i = 0; i < VERSION_BYTE; i++) {
      key[i] = (byte) (timeMs >>> (8 * (VERSION_BYTE - 1 - i)));
    }
    return Bytes.wrap(key);
  }

  private static long timeMs(byte[] uuid) {
    if ((uuid[VERSION_BYTE] & 0xFF) >>> 4 != VERSION_7
        || (uuid[VARIANT_BYTE] & 0xFF) >>> 6 != VARIANT_RFC) {
      return NO_TIME;
    }
    long time = 0;
    for (int i = 0; i < VERSION_BYTE; i++) {
      time = time << 8 | (uuid[i] & 0xFF);
    }
    return time;
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
