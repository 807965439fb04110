package dev.onceflow.cli.load.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.apache.commons.jexl3.JexlArithmetic;
import org.apache.commons.jexl3.JexlOperator;

/**
 * Numbers in expressions are decimals, whatever they look like: 34 digits, half-even (IEEE 754
 * decimal128). JEXL's own arithmetic would divide 2 by 4 as integers, add 0.1 and 0.2 as binary
 * fractions, and multiply text that looks like a number; each of these turns money into other money
 * without a word. Here the first two are exact and the last is an error.
 */
final class DecimalArithmetic extends JexlArithmetic {
  static final MathContext CONTEXT = MathContext.DECIMAL128;
  private static final int SCALE_AS_IT_IS = -1;

  /** Operands of kinds that don't go together: a mistake of the mapping, not of a line. */
  static final class WrongKind extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    WrongKind(String message) {
      super(message);
    }
  }

  /** An operand has no value: the line has nothing in an optional column. */
  static final class Missing extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    Missing() {
      super("a value that it needs is empty");
    }
  }

  DecimalArithmetic() {
    super(true, CONTEXT, SCALE_AS_IT_IS);
  }

  @Override
  protected JexlArithmetic createWithOptions(boolean strict, MathContext context, int scale) {
    return this;
  }

  @Override
  public Object add(Object left, Object right) {
    return left instanceof String || right instanceof String
        ? text(left) + text(right)
        : decimal(left).add(decimal(right), CONTEXT);
  }

  @Override
  public Object subtract(Object left, Object right) {
    return decimal(left).subtract(decimal(right), CONTEXT);
  }

  @Override
  public Object multiply(Object left, Object right) {
    return decimal(left).multiply(decimal(right), CONTEXT);
  }

  @Override
  public Object divide(Object left, Object right) {
    return decimal(left).divide(decimal(right), CONTEXT);
  }

  @Override
  public Object mod(Object left, Object right) {
    return decimal(left).remainder(decimal(right), CONTEXT);
  }

  @Override
  public Object negate(Object value) {
    return decimal(value).negate();
  }

  @Override
  public Object positivize(Object value) {
    return decimal(value);
  }

  @Override
  public boolean equals(Object left, Object right) {
    return (left == null || right == null) ? left == right : compare(left, right) == 0;
  }

  @Override
  public boolean strictEquals(Object left, Object right) {
    return equals(left, right);
  }

  @Override
  protected int compare(Object left, Object right, JexlOperator operator) {
    return compare(left, right);
  }

  // Each branch compares values of one class, which the pattern has shown to be Comparable.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compare(Object left, Object right) {
    if (left == null || right == null) {
      throw new Missing();
    }
    if (left instanceof Number && right instanceof Number) {
      return decimal(left).compareTo(decimal(right));
    }
    if (left.getClass() == right.getClass() && left instanceof Comparable comparable) {
      return comparable.compareTo(right);
    }
    throw new WrongKind(
        "%s can't be compared with %s".formatted(described(left), described(right)));
  }

  /**
   * A number as a decimal.
   *
   * @throws Missing if there is none
   * @throws WrongKind if it is no number
   */
  static BigDecimal decimal(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof Integer || value instanceof Long) {
      return BigDecimal.valueOf(((Number) value).longValue());
    }
    if (value instanceof Double || value instanceof Float) {
      return new BigDecimal(value.toString()); // the digits of the literal, not of its binary value
    }
    if (value instanceof BigInteger whole) {
      return new BigDecimal(whole);
    }
    if (value == null) {
      throw new Missing();
    }
    throw new WrongKind("%s is used as a number".formatted(described(value)));
  }

  /**
   * A value as text; decimals without an exponent.
   *
   * @throws Missing if there is none
   */
  static String text(Object value) {
    if (value == null) {
      throw new Missing();
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  private static String described(Object value) {
    String kind =
        value instanceof Number
            ? "the number "
            : value instanceof String ? "the text " : value instanceof Boolean ? "" : "the time ";
    return kind + (value instanceof String ? "'" + value + "'" : text(value));
  }
}
