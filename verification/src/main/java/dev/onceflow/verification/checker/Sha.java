package dev.onceflow.verification.checker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, shortened: two contents that differ have the same one with a chance of 2^-64. */
final class Sha {
  private Sha() {}

  /** The first 64 bits over some bytes, from their position to their limit; 0 of nothing. */
  static long of(ByteBuffer bytes) {
    if (bytes == null) {
      return 0;
    }
    MessageDigest digest = sha256();
    digest.update(bytes.duplicate());
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  /** The first 64 bits over some texts, each with its length in front. */
  static long of(String... texts) {
    MessageDigest digest = sha256();
    for (String text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
      digest.update(utf8);
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  /** All 256 bits over one text. */
  static byte[] whole(String text) {
    return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
