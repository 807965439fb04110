package dev.onceflow.sink.postgres;

import java.util.Optional;

/**
 * The type of a column's values, or of an array's elements. A domain is described by its base type:
 * what else it asks for is the server's business.
 *
 * @param oid the type's own OID, a domain's included: arrays name it for their elements
 * @param type empty where values are written as text, to be cast
 * @param declared the base type as SQL writes it, with length, or precision and scale
 * @param modifier the base type's modifier: length, or precision and scale, -1 for none; for money,
 *     the digits after the point, which come from lc_monetary
 * @param element what an array holds
 */
public record TargetType(
    long oid,
    Optional<ColumnType> type,
    String declared,
    int modifier,
    Optional<TargetType> element) {

  private static final int MODIFIER_OFFSET = 4;
  private static final int SECOND_DIGITS_MAX = 6;

  /** Whether values are written in the type's binary form; else as text, to be cast. */
  public boolean isBinary() {
    if (type.isEmpty()) {
      return false;
    }
    return switch (type.get()) {
      case HSTORE, VECTOR -> false;
      case ARRAY -> element.orElseThrow().isBinary();
      default -> true;
    };
  }

  /** The most characters that a varchar or a char(n) holds, or empty for no limit. */
  public Optional<Integer> charactersMax() {
    return modified(ColumnType.VARCHAR)
        .or(() -> modified(ColumnType.BPCHAR))
        .map(length -> length - MODIFIER_OFFSET);
  }

  /** How many bits a bit(n) holds exactly, or a varbit(n) at most; empty for no limit. */
  public Optional<Integer> bits() {
    return modified(ColumnType.BIT).or(() -> modified(ColumnType.VARBIT));
  }

  /** Digits in all of a numeric, or empty for no limit. */
  public Optional<Integer> precision() {
    return modified(ColumnType.NUMERIC).map(both -> (both - MODIFIER_OFFSET) >>> 16);
  }

  /** Digits after the point of a numeric, which may be negative, or empty for no limit. */
  public Optional<Integer> scale() {
    return modified(ColumnType.NUMERIC)
        .map(both -> (((both - MODIFIER_OFFSET) & 0x7FF) ^ 1024) - 1024)
        .or(() -> modified(ColumnType.MONEY));
  }

  /** Digits after the second's point that a temporal type holds. */
  public int secondDigits() {
    if (modifier < 0) {
      return SECOND_DIGITS_MAX;
    }
    // An interval keeps the fields that it holds in the upper half.
    return Math.min(modifier & 0xFFFF, SECOND_DIGITS_MAX);
  }

  private Optional<Integer> modified(ColumnType by) {
    return type.filter(t -> t == by && modifier >= 0).map(t -> modifier);
  }
}
