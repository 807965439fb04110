package dev.onceflow.sink.schema;

/** What is known of the values of a field, and so what a column must hold at the least. */
sealed interface Least {
  /** Nothing is known, or nothing that a column's length or precision decides. */
  record Anything() implements Least {}

  /** Whole numbers. */
  record Whole(SqlType type, int digits) implements Least {}

  /**
   * Decimal numbers.
   *
   * @param wholeDigits before the point; {@link #UNKNOWN} where the schema doesn't say
   */
  record Decimals(int wholeDigits, int scale) implements Least {
    static final int UNKNOWN = -1;
  }

  /** Numbers of double precision. */
  record Doubles() implements Least {}

  /** Text of at most so many characters. */
  record Characters(int max) implements Least {}

  /** Times with so many digits of the second after the point. */
  record SecondDigits(int digits) implements Least {}
}
