package dev.onceflow.sink.postgres;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"), written
 * straight into one array that is used again for every batch.
 *
 * <p>Each {@code put} writes one field with its length in front. A row that turns out not to fit is
 * taken back whole with {@link #undoRow}. Not thread-safe.
 */
public final class CopyBuffer {
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int TRAILER_BYTES = 2;
  private static final int INITIAL_BYTES = 1 << 16;
  private static final int UTF8_BYTES_MAX = 3;
  private static final long POSTGRES_EPOCH_MS = 946_684_800_000L;
  private static final int POSTGRES_EPOCH_DAY = 10_957;
  private static final int DAY_MIN = -2_451_545 + POSTGRES_EPOCH_DAY;
  private static final int DAY_MAX = 2_145_031_948;
  private static final long TIMESTAMP_MIN_MS = -210_866_803_200_000L;
  private static final long TIMESTAMP_MAX_MS = 9_224_318_015_999_999L;
  private static final int NUMERIC_NAN = 0xC000;
  private static final int NUMERIC_INFINITY = 0xD000;
  private static final int NUMERIC_MINUS_INFINITY = 0xF000;
  private static final byte JSONB_VERSION = 1;
  private static final long DAY_MICROS = 86_400_000_000L;
  private static final byte ADDRESS_FAMILY_4 = 2;
  private static final byte ADDRESS_FAMILY_6 = 3;
  private static final int ADDRESS_BYTES_4 = 4;

  /** As a timestamp or a date: later than all others. */
  public static final long INFINITY = Long.MAX_VALUE;

  /** As a timestamp or a date: earlier than all others. */
  public static final long MINUS_INFINITY = Long.MIN_VALUE;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int position;
  private int rowStart;
  private int rows;
  private final NumericForm numeric = new NumericForm();

  /** An empty buffer. */
  public CopyBuffer() {
    clear();
  }

  /** Forgets all rows. */
  public void clear() {
    System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
    position = HEADER.length;
    rowStart = position;
    rows = 0;
  }

  /** Begins a row of {@code columns} fields, all of which must follow. */
  public void beginRow(int columns) {
    rowStart = position;
    rows++;
    ensure(2);
    writeShort(columns);
  }

  /** Takes back the row that was begun last. */
  public void undoRow() {
    position = rowStart;
    rows--;
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /** How many bytes they take. */
  public int size() {
    return position;
  }

  /** What was written since {@link #size} was {@code from}; valid until the next write. */
  public ByteBuffer written(int from) {
    return ByteBuffer.wrap(bytes, from, position - from).slice();
  }

  /** Writes another value into an int8 that begins, with its length, at {@code at}. */
  public void setInt8(int at, long value) {
    writeIntAt(at + 4, (int) (value >>> 32));
    writeIntAt(at + 8, (int) value);
  }

  /**
   * The array that holds the rows, ended as the format wants it: {@link #finishedSize} bytes. May
   * be asked for again, and rows may still be added.
   */
  public byte[] finish() {
    ensure(TRAILER_BYTES);
    writeShort(-1);
    position -= TRAILER_BYTES;
    return bytes;
  }

  /** How many bytes of {@link #finish} count. */
  public int finishedSize() {
    return position + TRAILER_BYTES;
  }

  /** NULL. */
  public void putNull() {
    ensure(4);
    writeInt(-1);
  }

  /** A bool. */
  public void putBool(boolean value) {
    ensure(5);
    writeInt(1);
    bytes[position++] = (byte) (value ? 1 : 0);
  }

  /** An int2. */
  public void putInt2(short value) {
    ensure(6);
    writeInt(2);
    writeShort(value);
  }

  /** An int4. */
  public void putInt4(int value) {
    ensure(8);
    writeInt(4);
    writeInt(value);
  }

  /** An int8. */
  public void putInt8(long value) {
    ensure(12);
    writeInt(8);
    writeLong(value);
  }

  /** A float4. */
  public void putFloat4(float value) {
    putInt4(Float.floatToIntBits(value));
  }

  /** A float8. */
  public void putFloat8(double value) {
    putInt8(Double.doubleToLongBits(value));
  }

  /** A uuid. */
  public void putUuid(UUID value) {
    ensure(20);
    writeInt(16);
    writeLong(value.getMostSignificantBits());
    writeLong(value.getLeastSignificantBits());
  }

  /** A timestamp or timestamptz, from Unix milliseconds. */
  public void putTimestamp(long unixMs) {
    if (unixMs < TIMESTAMP_MIN_MS || unixMs > TIMESTAMP_MAX_MS) {
      throw new UnfitValueException("outside PostgreSQL's range of timestamps");
    }
    putInt8((unixMs - POSTGRES_EPOCH_MS) * 1_000);
  }

  /** A timestamp or timestamptz, from Unix microseconds, {@link #INFINITY} or its opposite. */
  public void putTimestampMicros(long unixMicros) {
    if (unixMicros == INFINITY || unixMicros == MINUS_INFINITY) {
      putInt8(unixMicros);
    } else if (unixMicros < TIMESTAMP_MIN_MS * 1_000) {
      throw new UnfitValueException("outside PostgreSQL's range of timestamps");
    } else {
      putInt8(unixMicros - POSTGRES_EPOCH_MS * 1_000);
    }
  }

  /** A time, from microseconds since midnight; 24:00:00 is one, too. */
  public void putTime(long micros) {
    checkTime(micros);
    putInt8(micros);
  }

  /** A timetz, from microseconds since midnight and seconds east of UTC. */
  public void putTimetz(long micros, int offsetSeconds) {
    checkTime(micros);
    ensure(16);
    writeInt(12);
    writeLong(micros);
    writeInt(-offsetSeconds);
  }

  private static void checkTime(long micros) {
    if (micros < 0 || micros > DAY_MICROS) {
      throw new UnfitValueException("outside 00:00:00 to 24:00:00");
    }
  }

  /** An interval. */
  public void putInterval(int months, int days, long micros) {
    ensure(20);
    writeInt(16);
    writeLong(micros);
    writeInt(days);
    writeInt(months);
  }

  /** A date, from days since 1970-01-01, {@link #INFINITY} or its opposite. */
  public void putDate(long unixDay) {
    if (unixDay == INFINITY || unixDay == MINUS_INFINITY) {
      putInt4(unixDay == INFINITY ? Integer.MAX_VALUE : Integer.MIN_VALUE);
      return;
    }
    if (unixDay < DAY_MIN || unixDay > DAY_MAX) {
      throw new UnfitValueException("outside PostgreSQL's range of dates");
    }
    putInt4((int) (unixDay - POSTGRES_EPOCH_DAY));
  }

  /** A bytea. */
  public void putBytes(ByteBuffer value) {
    int length = value.remaining();
    ensure(4 + length);
    writeInt(length);
    value.duplicate().get(bytes, position, length);
    position += length;
  }

  /** A bit or a varbit: the first bit is the highest of the first byte. */
  public void putBits(byte[] value, int bits) {
    int length = (bits + 7) / 8;
    ensure(8 + length);
    writeInt(4 + length);
    writeInt(bits);
    System.arraycopy(value, 0, bytes, position, length);
    position += length;
  }

  /** An inet or a cidr, from an address of 4 or 16 bytes and the length of its network's mask. */
  public void putInet(byte[] address, int maskBits, ColumnType type) {
    ensure(8 + address.length);
    writeInt(4 + address.length);
    bytes[position++] = address.length == ADDRESS_BYTES_4 ? ADDRESS_FAMILY_4 : ADDRESS_FAMILY_6;
    bytes[position++] = (byte) maskBits;
    bytes[position++] = (byte) (type == ColumnType.CIDR ? 1 : 0);
    bytes[position++] = (byte) address.length;
    System.arraycopy(address, 0, bytes, position, address.length);
    position += address.length;
  }

  /** A point. */
  public void putPoint(double x, double y) {
    ensure(20);
    writeInt(16);
    writeLong(Double.doubleToLongBits(x));
    writeLong(Double.doubleToLongBits(y));
  }

  /**
   * Begins an array of one dimension; its elements follow, and then {@link #endArray}.
   *
   * @return what to give to {@link #endArray}
   */
  public int beginArray(TargetType element, int size) {
    int lengthAt = position;
    ensure(24);
    position += 4;
    writeInt(size == 0 ? 0 : 1);
    writeInt(0);
    writeInt((int) element.oid());
    if (size > 0) {
      writeInt(size);
      writeInt(1);
    }
    return lengthAt;
  }

  /** Ends the array that {@link #beginArray} began. */
  public void endArray(int begun) {
    writeIntAt(begun, position - begun - 4);
  }

  /** A jsonb. */
  public void putJsonb(String value) {
    int lengthAt = position;
    ensure(5);
    position += 4;
    bytes[position++] = JSONB_VERSION;
    writeUtf8(value);
    writeIntAt(lengthAt, position - lengthAt - 4);
  }

  /**
   * A text. Refuses what PostgreSQL refuses, U+0000 and half a surrogate pair, here where the
   * record is known, and not in the middle of a COPY.
   */
  public void putText(String value) {
    int lengthAt = position;
    ensure(4);
    position += 4;
    writeUtf8(value);
    writeIntAt(lengthAt, position - lengthAt - 4);
  }

  /** A numeric, exactly: no digit is lost and the scale is kept. */
  public void putNumeric(BigDecimal value) {
    numeric.set(value);
    int digits = numeric.digits();
    ensure(12 + 2 * digits);
    writeInt(8 + 2 * digits);
    writeShort(digits);
    writeShort(numeric.weight());
    writeShort(numeric.sign());
    writeShort(numeric.scale());
    for (int i = 0; i < digits; i++) {
      writeShort(numeric.digit(i));
    }
  }

  /** A numeric that is no number, or infinite, which PostgreSQL has since version 14. */
  public void putNumeric(double nanOrInfinite) {
    int sign =
        Double.isNaN(nanOrInfinite)
            ? NUMERIC_NAN
            : nanOrInfinite > 0 ? NUMERIC_INFINITY : NUMERIC_MINUS_INFINITY;
    ensure(12);
    writeInt(8);
    writeInt(0);
    writeShort(sign);
    writeShort(0);
  }

  private void writeUtf8(String value) {
    int length = value.length();
    ensure(length * UTF8_BYTES_MAX);
    byte[] target = bytes;
    int at = position;
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c < 0x80 && c != 0) {
        target[at++] = (byte) c;
      } else {
        position = at;
        writeRestOfUtf8(value, i);
        return;
      }
    }
    position = at;
  }

  private void writeRestOfUtf8(String value, int from) {
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0) {
        throw new UnfitValueException("holds U+0000, which PostgreSQL's text types can't");
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new UnfitValueException("holds half a surrogate pair, which is no character");
      }
    }
    byte[] encoded = value.substring(from).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(encoded, 0, bytes, position, encoded.length);
    position += encoded.length;
  }

  private void ensure(int more) {
    if (bytes.length - position < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, position + more));
    }
  }

  private void writeShort(int value) {
    bytes[position++] = (byte) (value >>> 8);
    bytes[position++] = (byte) value;
  }

  private void writeInt(int value) {
    writeIntAt(position, value);
    position += 4;
  }

  private void writeIntAt(int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }

  private void writeLong(long value) {
    writeInt((int) (value >>> 32));
    writeInt((int) value);
  }
}
