package dev.onceflow.sink.record;

import java.nio.ByteBuffer;

/** Connect hands out bytes as arrays and as buffers. */
final class Bytes {
  private static final byte[] NONE = {};

  private Bytes() {}

  static ByteBuffer buffer(Object value) {
    return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : (ByteBuffer) value;
  }

  /** A copy, or the array itself; none for null. */
  static byte[] of(Object value) {
    if (value == null) {
      return NONE;
    }
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    ByteBuffer buffer = (ByteBuffer) value;
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
