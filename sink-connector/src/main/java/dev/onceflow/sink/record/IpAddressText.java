package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.Arrays;

/** IP addresses in full (RFC 4291, section 2.2); no name is ever looked up. */
final class IpAddressText {
  private static final int BYTES_4 = 4;
  private static final int BYTES_6 = 16;
  private static final int OCTET_MAX = 255;
  private static final int GROUP_MAX = 0xFFFF;
  private static final int DIGITS_MAX = 4;

  private IpAddressText() {}

  static byte[] parse(String text) {
    byte[] bytes = new byte[BYTES_6];
    if (text.indexOf(':') < 0) {
      octets(text, bytes, 0);
      return Arrays.copyOf(bytes, BYTES_4);
    }
    int gap = text.indexOf("::");
    if (gap < 0) {
      if (groups(text, bytes) != BYTES_6) {
        throw malformed();
      }
      return bytes;
    }
    byte[] tail = new byte[BYTES_6];
    int before = groups(text.substring(0, gap), bytes);
    int after = groups(text.substring(gap + 2), tail);
    if (before + after > BYTES_6 - 2) {
      throw malformed();
    }
    System.arraycopy(tail, 0, bytes, BYTES_6 - after, after);
    return bytes;
  }

  /** Writes groups of 16 bits, the last of which may be an IPv4 address; returns the bytes. */
  private static int groups(String text, byte[] bytes) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] groups = text.split(":", -1);
    int at = 0;
    for (int i = 0; i < groups.length; i++) {
      boolean isAddress = i == groups.length - 1 && groups[i].indexOf('.') >= 0;
      if (at + (isAddress ? BYTES_4 : 2) > BYTES_6) {
        throw malformed();
      }
      if (isAddress) {
        octets(groups[i], bytes, at);
        return at + BYTES_4;
      }
      int group = number(groups[i], 16, GROUP_MAX);
      bytes[at++] = (byte) (group >>> Byte.SIZE);
      bytes[at++] = (byte) group;
    }
    return at;
  }

  private static void octets(String text, byte[] bytes, int from) {
    String[] octets = text.split("\\.", -1);
    if (octets.length != BYTES_4) {
      throw malformed();
    }
    for (int i = 0; i < BYTES_4; i++) {
      bytes[from + i] = (byte) number(octets[i], 10, OCTET_MAX);
    }
  }

  /** A number of a few digits without a sign. */
  static int number(String text, int radix, int max) {
    int number = 0;
    if (text.isEmpty() || text.length() > DIGITS_MAX) {
      throw malformed();
    }
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        throw malformed();
      }
      number = number * radix + digit;
    }
    if (number > max) {
      throw malformed();
    }
    return number;
  }

  private static UnfitValueException malformed() {
    return new UnfitValueException("no IP address in full, with or without /bits");
  }
}
