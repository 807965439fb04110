package dev.onceflow.cli.audit.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which records a table takes: those whose values meet all terms. */
record Selection(List<Term> terms) {
  private static final Pattern AND = Pattern.compile("&&");
  static final Selection ALL = new Selection(List.of());

  /** One value's text, which must match as a whole. */
  record Term(ValueSource source, Pattern pattern) {}

  /** Reads {@code SOURCE=TEXT && SOURCE~REGEX}; empty where it can't be. */
  static Optional<Selection> parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : AND.splitAsStream(text).toList()) {
      Optional<Term> term = term(part.strip());
      if (term.isEmpty()) {
        return Optional.empty();
      }
      terms.add(term.get());
    }
    return Optional.of(new Selection(List.copyOf(terms)));
  }

  private static Optional<Term> term(String text) {
    int equals = text.indexOf('=');
    int tilde = text.indexOf('~');
    boolean isRegex = tilde >= 0 && (equals < 0 || tilde < equals);
    int operator = isRegex ? tilde : equals;
    if (operator < 0) {
      return Optional.empty();
    }
    String operand = text.substring(operator + 1).strip();
    try {
      Pattern pattern = Pattern.compile(isRegex ? operand : Pattern.quote(operand));
      return ValueSource.parse(text.substring(0, operator).strip())
          .map(source -> new Term(source, pattern));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  boolean takes(Function<ValueSource, Object> record) {
    for (Term term : terms) {
      Object value = record.apply(term.source);
      if (value == null || !term.pattern.matcher(value.toString()).matches()) {
        return false;
      }
    }
    return true;
  }
}
