package dev.onceflow.cli.dlq;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal digits. */
final class Hash {
  private Hash() {}

  /** Of several arrays, any of which may be null: each with its length before it. */
  static String of(byte[]... all) {
    MessageDigest digest = sha256();
    for (byte[] bytes : all) {
      digest.update(
          ByteBuffer.allocate(Integer.BYTES).putInt(bytes == null ? -1 : bytes.length).array());
      digest.update(bytes == null ? new byte[0] : bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of one array. */
  static String ofBytes(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
