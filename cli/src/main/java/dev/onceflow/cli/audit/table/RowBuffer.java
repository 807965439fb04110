package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Row;
import java.util.Arrays;

/** A row that is being written: each value preceded by its length in four bytes, -1 for null. */
final class RowBuffer {
  private static final int NULL = -1;

  private byte[] bytes = new byte[1024];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  void putNull() {
    putInt(NULL);
  }

  void putByte(int value) {
    putInt(1);
    ensure(1);
    bytes[length++] = (byte) value;
  }

  void putShort(int value) {
    putInt(Short.BYTES);
    ensure(Short.BYTES);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
  }

  void putInteger(int value) {
    putInt(Integer.BYTES);
    putInt(value);
  }

  void putLong(long value) {
    putInt(Long.BYTES);
    putInt((int) (value >> 32));
    putInt((int) value);
  }

  void putUuid(long high, long low) {
    putInt(2 * Long.BYTES);
    putInt((int) (high >> 32));
    putInt((int) high);
    putInt((int) (low >> 32));
    putInt((int) low);
  }

  void putBytes(byte[] value, int from, int size) {
    putInt(size);
    ensure(size);
    System.arraycopy(value, from, bytes, length, size);
    length += size;
  }

  private void putInt(int value) {
    ensure(Integer.BYTES);
    bytes[length++] = (byte) (value >> 24);
    bytes[length++] = (byte) (value >> 16);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** The row, whose first value is its ID. */
  void show(Row row) {
    show(row, bytes, 0, length);
  }

  static void show(Row row, byte[] buffer, int from, int size) {
    int idLength = Math.max(0, intAt(buffer, from));
    row.set(buffer, from, size, from + Integer.BYTES, idLength);
  }

  static int intAt(byte[] buffer, int from) {
    return (buffer[from] & 0xff) << 24
        | (buffer[from + 1] & 0xff) << 16
        | (buffer[from + 2] & 0xff) << 8
        | (buffer[from + 3] & 0xff);
  }
}
