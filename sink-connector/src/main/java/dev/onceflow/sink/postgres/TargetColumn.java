package dev.onceflow.sink.postgres;

import java.util.Optional;

/**
 * A column of a target table, as its catalogue describes it.
 *
 * @param type empty where the sink can't write the type; such a column is left to its default
 * @param declared the type as SQL writes it, with length, or precision and scale
 * @param modifier atttypmod: length or precision and scale, -1 for none
 * @param notNull whether NULL is refused
 * @param exactCollation whether equal means equal byte for byte
 */
public record TargetColumn(
    String name,
    Optional<ColumnType> type,
    String declared,
    int modifier,
    boolean notNull,
    boolean exactCollation) {

  private static final int MODIFIER_OFFSET = 4;

  /** Whether it is a text or a varchar. */
  public boolean isText() {
    return type.filter(t -> t == ColumnType.TEXT || t == ColumnType.VARCHAR).isPresent();
  }

  /** The most characters that a varchar holds, or empty for no limit. */
  public Optional<Integer> charactersMax() {
    return type.filter(t -> t == ColumnType.VARCHAR && modifier >= 0)
        .map(t -> modifier - MODIFIER_OFFSET);
  }

  /** Digits in all of a numeric, or empty for no limit. */
  public Optional<Integer> precision() {
    return type.filter(t -> t == ColumnType.NUMERIC && modifier >= 0)
        .map(t -> (modifier - MODIFIER_OFFSET) >>> 16);
  }

  /** Digits after the point of a numeric, or empty for no limit; may be negative. */
  public Optional<Integer> scale() {
    return type.filter(t -> t == ColumnType.NUMERIC && modifier >= 0)
        .map(t -> (((modifier - MODIFIER_OFFSET) & 0x7FF) ^ 1024) - 1024);
  }
}
