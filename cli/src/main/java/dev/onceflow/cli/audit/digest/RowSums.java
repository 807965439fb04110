package dev.onceflow.cli.audit.digest;

import java.util.HexFormat;

/**
 * The digest of a multiset of rows.
 *
 * @param rows how many there are
 * @param high sum, modulo 2^64, of the upper halves of their hashes
 * @param low sum, modulo 2^64, of the lower halves
 */
public record RowSums(long rows, long high, long low) {
  /** No rows. */
  public static final RowSums NONE = new RowSums(0, 0, 0);

  /** One row. */
  static RowSums of(RowHash hash) {
    return new RowSums(1, hash.high(), hash.low());
  }

  /** Both multisets together. */
  public RowSums plus(RowSums other) {
    return new RowSums(rows + other.rows, high + other.high, low + other.low);
  }

  /** The two sums, 32 hexadecimal digits. */
  public String hex() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }

  /**
   * Reads what {@link #hex} wrote.
   *
   * @throws IllegalArgumentException if it isn't 32 hexadecimal digits
   */
  public static RowSums of(long rows, String hex) {
    if (hex.length() != 2 * 2 * Long.BYTES) {
      throw new IllegalArgumentException(hex + " is no digest: expected 32 hexadecimal digits");
    }
    return new RowSums(
        rows,
        HexFormat.fromHexDigitsToLong(hex, 0, 16),
        HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }
}
