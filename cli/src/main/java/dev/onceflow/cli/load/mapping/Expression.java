package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.jexl3.JexlArithmetic;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlExpression;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.JexlScript;
import org.apache.commons.jexl3.introspection.JexlPermissions;
import org.apache.commons.jexl3.introspection.JexlSandbox;

/**
 * One expression of a mapping, compiled once. It can compute, compare and choose, and nothing else:
 * no method, property, class, assignment or loop can be reached, so a mapping file from somebody
 * else can do no more than map wrongly. The syntax is turned off in the parser; permissions and
 * sandbox deny whatever a later JEXL might let through.
 */
final class Expression {
  private static final JexlEngine ENGINE =
      new JexlBuilder()
          .features(JexlFeatures.createNone())
          .permissions(JexlPermissions.NONE)
          .sandbox(new JexlSandbox(false))
          .arithmetic(new DecimalArithmetic())
          .strict(true)
          .silent(false)
          .safe(false)
          .antish(false)
          .cache(0)
          .create();

  private final String source;
  private final JexlExpression compiled;
  private final Set<String> names;

  private Expression(String source, JexlExpression compiled, Set<String> names) {
    this.source = source;
    this.compiled = compiled;
    this.names = names;
  }

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException with the reason and the place, if it is no expression
   */
  static Expression of(String source) {
    if (source.isBlank()) {
      throw new IllegalArgumentException("the expression is empty");
    }
    if (source.indexOf('`') >= 0) {
      throw new IllegalArgumentException("back quotes are not allowed: put text in single quotes");
    }
    JexlExpression compiled;
    try {
      compiled = ENGINE.createExpression(source);
    } catch (JexlException e) {
      throw new IllegalArgumentException(
          "'%s' is not an expression: %s".formatted(source, place(e) + e.getDetail()), e);
    }
    Set<String> names = new TreeSet<>();
    for (List<String> path : ((JexlScript) compiled).getVariables()) {
      if (path.size() > 1) {
        throw new IllegalArgumentException(
            "'%s' is not allowed in '%s': an expression can't look inside a value"
                .formatted(String.join(".", path), source));
      }
      names.addAll(path);
    }
    return new Expression(source, compiled, Set.copyOf(names));
  }

  /** Whether an expression can call a value by this name. */
  static boolean isName(String name) {
    try {
      return name.matches("[A-Za-z_][A-Za-z0-9_]*") && of(name).names.equals(Set.of(name));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The columns and values that it uses. */
  Set<String> names() {
    return names;
  }

  /**
   * Its value for a line.
   *
   * @param field which field or value of the mapping it belongs to, for the refusal
   * @throws LineRefused if the line's values don't allow it
   */
  Object evaluate(String field, JexlContext line) throws LineRefused {
    try {
      return compiled.evaluate(line);
    } catch (JexlException e) {
      throw new LineRefused(
          field, Reason.EXPRESSION, "'%s': %s".formatted(source, reason(e, line)));
    }
  }

  /**
   * Tries it with sample values of the right kinds, so that what can never work is found before any
   * line is read.
   *
   * @return its value, or null where the samples tell nothing
   * @throws IllegalArgumentException if no line could ever make it work
   */
  Object attempt(JexlContext samples) {
    try {
      return compiled.evaluate(samples);
    } catch (JexlException e) {
      if (e.getCause() instanceof ArithmeticException arithmetic
          && !(arithmetic instanceof DecimalArithmetic.WrongKind)) {
        return null;
      }
      throw new IllegalArgumentException("'%s': %s".formatted(source, reason(e, samples)), e);
    }
  }

  private String reason(JexlException e, JexlContext line) {
    if (e instanceof JexlException.Variable
        || e.getCause() instanceof DecimalArithmetic.Missing
        || e.getCause() instanceof JexlArithmetic.NullOperand) {
      List<String> empty = names.stream().filter(name -> line.get(name) == null).sorted().toList();
      return "%s is empty".formatted(String.join(", ", empty));
    }
    if (e.getCause() instanceof ArithmeticException) {
      return e.getCause().getMessage();
    }
    if (e instanceof JexlException.Property || e instanceof JexlException.Method) {
      return "'%s' is not allowed: an expression can't look inside a value"
          .formatted(e.getDetail());
    }
    return e.getDetail();
  }

  private static String place(JexlException e) {
    return e.getInfo() == null ? "" : "at character %d, ".formatted(e.getInfo().getColumn());
  }
}
