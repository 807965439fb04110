package dev.onceflow.schemas.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Event IDs that are functions of what they identify, so that deriving one again gives the same ID.
 *
 * <p>All have the layout of UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then bits
 * of SHA-256 where a fresh UUIDv7 has random ones. They sort by time, which keeps an index on them
 * append-mostly, and a horizon can be read off them. Every field is hashed with its length in
 * front, so that ("ab", "c") and ("a", "bc") differ.
 */
public final class EventIds {
  private static final long TIME_MAX = (1L << 48) - 1;
  private static final int VERSION_7 = 7;

  private EventIds() {}

  /**
   * The ID of an event that follows from another one.
   *
   * @param parentId the parent's event ID, any non-empty string
   * @param role what the derived event is to its parent, for example {@code "debit"}
   * @param occurredAtMs the parent's occurred_at, used where the parent's ID has no time inside
   * @return a UUID in its canonical form, with the parent's milliseconds
   */
  public static UUID derive(String parentId, String role, long occurredAtMs) {
    return ofContent(derivedTimeMs(parentId, occurredAtMs), parentId, role);
  }

  /**
   * The time inside all IDs that are derived from an event's.
   *
   * @param parentId the event's ID
   * @param occurredAtMs its occurred_at, used where its ID has no time inside
   * @return Unix milliseconds from 0 to 2^48-1
   */
  public static long derivedTimeMs(String parentId, long occurredAtMs) {
    return clamped(timeMs(parentId).orElse(occurredAtMs));
  }

  private static long clamped(long timeMs) {
    return Math.max(0, Math.min(TIME_MAX, timeMs));
  }

  /**
   * The ID of an event that has none of its own, from its content.
   *
   * @param timeMs Unix milliseconds to sort by; times outside 0 to 2^48-1 are clamped
   * @param fields what identifies the event, in a fixed order; null and "" differ
   * @return a UUID with that time; the same time and fields always give the same
   */
  public static UUID ofContent(long timeMs, String... fields) {
    MessageDigest digest = sha256();
    for (String field : fields) {
      byte[] bytes = field == null ? new byte[0] : field.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(field == null ? -1 : bytes.length).flip());
      digest.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long high = (clamped(timeMs) << 16) | (VERSION_7 << 12) | (hash.getLong() & 0xFFFL);
    long low = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /**
   * The time inside an ID.
   *
   * @return Unix milliseconds where the ID is a UUIDv7 in its canonical form, else empty
   */
  public static OptionalLong timeMs(String id) {
    if (id.length() != 36 || id.charAt(14) != '7') {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(UUID.fromString(id).getMostSignificantBits() >>> 16);
    } catch (IllegalArgumentException notAUuid) {
      return OptionalLong.empty();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
