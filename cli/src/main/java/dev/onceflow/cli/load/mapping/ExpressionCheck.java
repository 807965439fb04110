package dev.onceflow.cli.load.mapping;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.MapContext;

/**
 * Reads the expressions of a mapping in the order in which a line meets them. It knows the names
 * that an expression may use so far, with a sample of each one's kind, on which the expression is
 * tried.
 */
final class ExpressionCheck {
  private static final String MODES =
      "half-even, half-up, half-down, up, down, ceiling, floor or unnecessary";

  private final Map<String, Object> samples = new HashMap<>();

  ExpressionCheck(List<Column> columns) {
    columns.forEach(column -> samples.put(column.name(), sample(column.type())));
  }

  private static Object sample(Column.Type type) {
    return switch (type) {
      case TEXT -> "x";
      case DECIMAL -> BigDecimal.ONE;
      case TIME -> Instant.EPOCH;
    };
  }

  boolean knows(String name) {
    return samples.containsKey(name);
  }

  /**
   * The section's expression with its rounding; from now on its name can be used.
   *
   * @return null where there is a problem, which is told then
   */
  Computed read(Section section, String name) {
    Rounding rounding = rounding(section);
    samples.put(name, null);
    String source =
        section
            .requiredText("expression", "what computes the value, such as quantity * price")
            .orElse(null);
    if (source == null) {
      return null;
    }
    try {
      Expression expression = Expression.of(source);
      Set<String> unknown = new TreeSet<>(expression.names());
      unknown.removeAll(samples.keySet());
      unknown.remove(name);
      if (!unknown.isEmpty() || expression.names().contains(name)) {
        section.problem("expression", unknownNames(source, unknown, name));
        return null;
      }
      Computed computed = new Computed(name, expression, rounding);
      samples.put(name, attempt(section, expression, rounding));
      return computed;
    } catch (IllegalArgumentException e) {
      section.problem("expression", e.getMessage());
      return null;
    }
  }

  private String unknownNames(String source, Set<String> unknown, String self) {
    Set<String> known = new TreeSet<>(samples.keySet());
    known.remove(self);
    return unknown.isEmpty()
        ? "'%s' uses itself".formatted(source)
        : "'%s' uses %s, which is neither a column nor a value above it; known are %s"
            .formatted(source, String.join(", ", unknown), String.join(", ", known));
  }

  private Object attempt(Section section, Expression expression, Rounding rounding) {
    boolean allKnown = expression.names().stream().allMatch(used -> samples.get(used) != null);
    if (!allKnown) {
      return rounding == null ? null : BigDecimal.ONE;
    }
    JexlContext context = new MapContext(samples);
    Object value = expression.attempt(context);
    if (rounding == null) {
      return value;
    }
    if (value != null && !(value instanceof Number)) {
      section.problem("scale", "the expression gives no number that could be rounded");
    }
    return BigDecimal.ONE;
  }

  private static Rounding rounding(Section section) {
    if (section.has("scale") != section.has("rounding")) {
      section.problem(
          section.has("scale") ? "rounding" : "scale",
          "missing: scale and rounding belong together, such as scale 0 with rounding half-even");
      return null;
    }
    if (!section.has("scale")) {
      return null;
    }
    String scale = section.text("scale").orElse("");
    String named = section.text("rounding").orElse("");
    int places = 0;
    try {
      places = Integer.parseInt(scale);
    } catch (NumberFormatException e) {
      places = -1;
    }
    if (places < 0 || places > Rounding.SCALE_MAX) {
      section.problem(
          "scale",
          "'%s' is not a number of decimal places from 0 to %d"
              .formatted(scale, Rounding.SCALE_MAX));
      places = 0;
    }
    try {
      return new Rounding(
          places, RoundingMode.valueOf(named.toUpperCase(Locale.ROOT).replace('-', '_')));
    } catch (IllegalArgumentException e) {
      section.problem("rounding", "'%s' is not a rounding: give %s".formatted(named, MODES));
      return null;
    }
  }
}
