package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Into inet, cidr, macaddr and macaddr8, from text. */
final class NetworkEncoders {
  private static final int MAC_BYTES = 6;
  private static final int MAC8_BYTES = 8;
  private static final int MAC_HALF = 3;

  private NetworkEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning, ColumnType type) {
    if (!(meaning instanceof Meaning.Text)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (type) {
          case MACADDR -> (value, out) -> out.putBytes(mac((String) value, MAC_BYTES));
          case MACADDR8 -> (value, out) -> out.putBytes(mac((String) value, MAC8_BYTES));
          default -> (value, out) -> putAddress(((String) value).strip(), type, out);
        });
  }

  private static void putAddress(String text, ColumnType type, CopyBuffer out) {
    int slash = text.indexOf('/');
    byte[] address = IpAddressText.parse(slash < 0 ? text : text.substring(0, slash));
    int bits = Byte.SIZE * address.length;
    int mask = slash < 0 ? bits : IpAddressText.number(text.substring(slash + 1), 10, bits);
    if (type == ColumnType.CIDR && hasBitsBeyond(address, mask)) {
      throw new UnfitValueException("a network with bits to the right of its mask");
    }
    out.putInet(address, mask, type);
  }

  private static boolean hasBitsBeyond(byte[] address, int mask) {
    for (int bit = mask; bit < Byte.SIZE * address.length; bit++) {
      if ((address[bit / Byte.SIZE] & (0x80 >>> (bit % Byte.SIZE))) != 0) {
        return true;
      }
    }
    return false;
  }

  private static ByteBuffer mac(String text, int bytes) {
    String digits = text.strip().replaceAll("[:.-]", "");
    try {
      byte[] address = HexFormat.of().parseHex(digits);
      if (address.length == bytes) {
        return ByteBuffer.wrap(address);
      }
      if (address.length == MAC_BYTES && bytes == MAC8_BYTES) {
        return ByteBuffer.wrap(widened(address));
      }
    } catch (IllegalArgumentException notHex) {
      // Said below.
    }
    throw new UnfitValueException("no MAC address of " + bytes + " bytes");
  }

  /** EUI-48 in EUI-64, as PostgreSQL does it. */
  private static byte[] widened(byte[] address) {
    byte[] wide = Arrays.copyOf(address, MAC8_BYTES);
    wide[MAC_HALF] = (byte) 0xFF;
    wide[MAC_HALF + 1] = (byte) 0xFE;
    System.arraycopy(address, MAC_HALF, wide, MAC_HALF + 2, MAC_HALF);
    return wide;
  }
}
