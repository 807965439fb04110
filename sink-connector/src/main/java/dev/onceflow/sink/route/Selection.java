package dev.onceflow.sink.route;

import dev.onceflow.sink.record.ValueSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which of its topics' records a table takes: those that meet all terms. */
public record Selection(List<Term> terms) {
  /** One condition on the text of one value. */
  public sealed interface Term {
    /** Whose text it looks at. */
    ValueSource source();

    /** Whether a text that is there meets it. */
    boolean isMetBy(String text);
  }

  /** {@code SOURCE=TEXT}. */
  public record Equal(ValueSource source, String expected) implements Term {
    @Override
    public boolean isMetBy(String text) {
      return expected.equals(text);
    }
  }

  /** {@code SOURCE~REGEX}, which must match the whole text. */
  public record Matching(ValueSource source, Pattern regex) implements Term {
    @Override
    public boolean isMetBy(String text) {
      return regex.matcher(text).matches();
    }
  }

  /** What {@link #parse} understands, for messages. */
  public static final String EXPECTED =
      "expected SOURCE=TEXT or SOURCE~REGEX, several with && between; of a source "
          + ValueSource.EXPECTED;

  /** All records. */
  public static final Selection ALL = new Selection(List.of());

  private static final Pattern AND = Pattern.compile("&&");

  /** Copies its list. */
  public Selection {
    terms = List.copyOf(terms);
  }

  /** Reads what the configuration says; empty where it isn't {@link #EXPECTED}. */
  public static Optional<Selection> parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : AND.splitAsStream(text).map(String::trim).toList()) {
      Optional<Term> term = term(part);
      if (term.isEmpty()) {
        return Optional.empty();
      }
      terms.add(term.get());
    }
    return Optional.of(new Selection(terms));
  }

  private static Optional<Term> term(String text) {
    int equals = text.indexOf('=');
    int tilde = text.indexOf('~');
    boolean isRegex = tilde >= 0 && (equals < 0 || tilde < equals);
    int operator = isRegex ? tilde : equals;
    if (operator < 0) {
      return Optional.empty();
    }
    String operand = text.substring(operator + 1).trim();
    return ValueSource.parse(text.substring(0, operator).trim())
        .flatMap(
            source -> isRegex ? regex(source, operand) : Optional.of(new Equal(source, operand)));
  }

  private static Optional<Term> regex(ValueSource source, String regex) {
    try {
      return Optional.of(new Matching(source, Pattern.compile(regex)));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }
}
