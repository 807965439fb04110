package dev.onceflow.cli.audit.digest;

import java.util.Arrays;
import java.util.HexFormat;

/** The ID of a row, by value. */
final class RowId {
  private final byte[] bytes;

  /** Takes the array over. */
  RowId(byte[] bytes) {
    this.bytes = bytes;
  }

  static RowId of(Row row) {
    return new RowId(Arrays.copyOfRange(row.bytes(), row.idFrom(), row.idFrom() + row.idLength()));
  }

  /** Not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
