package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A column that the mapping reads.
 *
 * @param name its name in the mapping
 * @param from its name in the file
 * @param type what it holds
 * @param time how its times are written; null unless the type is TIME
 * @param whenEmpty what stands in for an empty cell, or null
 * @param optional whether an empty cell is allowed; expressions see null
 */
record Column(
    String name, String from, Type type, TimeFormat time, String whenEmpty, boolean optional) {
  private static final int NUMBER_CHARS_MAX = 40;
  private static final int EXPONENT_MAX = 40;

  /** What a column holds. */
  enum Type {
    TEXT,
    DECIMAL,
    TIME
  }

  /** Its text in a line, with the default in place of an empty cell; empty where there is none. */
  Optional<String> text(String cell) {
    boolean empty = cell == null || cell.isBlank();
    return Optional.ofNullable(empty ? whenEmpty : cell);
  }

  /**
   * The value of its text: String, BigDecimal or Instant.
   *
   * @throws LineRefused if the text is none
   */
  Object value(String text) throws LineRefused {
    return switch (type) {
      case TEXT -> text;
      case DECIMAL -> decimal(text.strip());
      case TIME -> {
        try {
          yield time.parse(text.strip());
        } catch (IllegalArgumentException e) {
          throw new LineRefused(from, Reason.BAD_TIME, e.getMessage());
        }
      }
    };
  }

  private BigDecimal decimal(String text) throws LineRefused {
    try {
      // 1E+999999999 is a short text, and a number that would fill the heap once it is rounded.
      if (text.length() <= NUMBER_CHARS_MAX) {
        BigDecimal value = new BigDecimal(text);
        if (Math.abs(value.scale()) <= EXPONENT_MAX) {
          return value;
        }
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new LineRefused(
        from,
        Reason.BAD_NUMBER,
        "'%s' is not a decimal number such as -1234.50, of up to %d characters"
            .formatted(text, NUMBER_CHARS_MAX));
  }
}
