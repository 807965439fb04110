package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import org.apache.commons.jexl3.JexlContext;

/**
 * A value that an expression gives, rounded where the mapping says so.
 *
 * @param name the value's name, or the field's
 * @param expression what gives it
 * @param rounding how it is rounded, or null for not at all
 */
record Computed(String name, Expression expression, Rounding rounding) {
  Object value(JexlContext line) throws LineRefused {
    Object value = expression.evaluate(name, line);
    if (rounding == null || value == null) {
      return value;
    }
    try {
      return rounding.apply(DecimalArithmetic.decimal(value));
    } catch (ArithmeticException e) {
      throw new LineRefused(name, Reason.EXPRESSION, e.getMessage());
    }
  }
}
