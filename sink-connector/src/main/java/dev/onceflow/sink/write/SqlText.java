package dev.onceflow.sink.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text of a user's SQL as far as is needed to part its statements and to put the relation
 * {@code batch} in front of each: quotes, dollar quotes and comments, and the first words.
 */
public final class SqlText {
  /**
   * One statement.
   *
   * @param with what stands before the user's own common table expressions, empty for none
   */
  public record Statement(String text, Optional<With> with) {
    /** The statement over a relation. */
    String over(String batch) {
      return with.map(
              w ->
                  "WITH %sbatch AS NOT MATERIALIZED (%s), %s"
                      .formatted(w == With.RECURSIVE ? "RECURSIVE " : "", batch, text))
          .orElseGet(() -> "WITH batch AS NOT MATERIALIZED (%s) %s".formatted(batch, text));
    }
  }

  /** How a statement's own WITH begins. */
  public enum With {
    /** WITH. */
    PLAIN,
    /** WITH RECURSIVE. */
    RECURSIVE
  }

  private static final Set<String> VERBS =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH");
  // One that begins a token, so that E'..' has its own rules. Dollar quotes end with their own tag.
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<comment>--[^\\n]*|/\\*.*?\\*/)"
              + "|(?<![A-Za-z0-9_])[eE]'[^'\\\\]*+(?:(?:\\\\.|'')[^'\\\\]*+)*+'"
              + "|(?<!(?<![A-Za-z0-9_])[eE])'[^']*+(?:''[^']*+)*+'"
              + "|\"[^\"]*+(?:\"\"[^\"]*+)*+\""
              + "|(?<![A-Za-z0-9_])(?<tag>\\$(?:[A-Za-z_]\\w*)?\\$).*?\\k<tag>"
              + "|(?<end>;)|(?<open>['\"]|/\\*)",
          Pattern.DOTALL);
  private static final Pattern WITH =
      Pattern.compile("WITH\\s+(RECURSIVE\\s+)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern WORD = Pattern.compile("[A-Za-z]+");

  private SqlText() {}

  /**
   * Parts a text at its semicolons; comments are left out.
   *
   * @return empty where a quote or a comment has no end
   */
  public static Optional<List<String>> split(String text) {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    Matcher matcher = TOKEN.matcher(text);
    int from = 0;
    while (matcher.find()) {
      if (matcher.group("open") != null) {
        return Optional.empty();
      }
      statement.append(text, from, matcher.start());
      from = matcher.end();
      if (matcher.group("end") != null) {
        statements.add(statement.toString().trim());
        statement.setLength(0);
      } else {
        statement.append(matcher.group("comment") == null ? matcher.group() : " ");
      }
    }
    statements.add(statement.append(text.substring(from)).toString().trim());
    return Optional.of(statements.stream().filter(s -> !s.isEmpty()).toList());
  }

  /** One statement, empty where no relation can be put in front of it. */
  public static Optional<Statement> statement(String text) {
    Matcher word = WORD.matcher(text);
    if (!word.lookingAt() || !VERBS.contains(word.group().toUpperCase(Locale.ROOT))) {
      return Optional.empty();
    }
    Matcher with = WITH.matcher(text);
    return Optional.of(
        with.lookingAt()
            ? new Statement(
                text.substring(with.end()),
                Optional.of(with.group(1) == null ? With.PLAIN : With.RECURSIVE))
            : new Statement(text, Optional.empty()));
  }
}
