package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.rows.ContentColumns;

/** Where a field of the payment event comes from. */
sealed interface FieldRule {
  /**
   * A column, by its index among the mapping's columns.
   *
   * @param index where it is
   */
  record FromColumn(int index) implements FieldRule {}

  /**
   * The same for every line.
   *
   * @param value a text, or what the field needs
   */
  record Constant(Object value) implements FieldRule {}

  /**
   * What an expression gives.
   *
   * @param computed the expression
   */
  record FromExpression(Computed computed) implements FieldRule {}

  /**
   * An ID that follows from the file's name in the mapping and the line's number.
   *
   * @param numberColumn index of the column with the number, or -1 for where the line stands
   */
  record IdOfLine(int numberColumn) implements FieldRule {
    static final int PLACE_IN_FILE = -1;
  }

  /**
   * An ID that follows from the line's content.
   *
   * @param columns which columns
   */
  record IdOfContent(ContentColumns columns) implements FieldRule {}
}
