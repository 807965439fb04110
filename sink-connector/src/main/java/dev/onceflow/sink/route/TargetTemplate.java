package dev.onceflow.sink.route;

import dev.onceflow.sink.record.ValueSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of the table in the database that a record is for: text with {@code ${...}} in it. */
public record TargetTemplate(List<Part> parts) {
  /** A piece of the name. */
  public sealed interface Part {}

  /** Text that stands for itself. */
  public record Text(String text) implements Part {}

  /**
   * {@code ${topic}}, as group 0, or a group of the table's regular expression: {@code ${topic:1}}.
   */
  public record TopicGroup(int group, Spelling spelling) implements Part {}

  /** {@code ${field:x}}, {@code ${header:x}} or {@code ${key:x}}. */
  public record Value(ValueSource source, Spelling spelling) implements Part {}

  /** How a value is spelled in a name. */
  public enum Spelling {
    /** As it is. */
    SAME,
    /** {@code ${topic|lower}}. */
    LOWER,
    /** {@code ${topic|snake}}: OrderLines becomes order_lines. */
    SNAKE;

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern OTHER = Pattern.compile("[^A-Za-z0-9]+");

    /** A dot would end the name of a schema, so it becomes an underscore. */
    String of(String text) {
      return switch (this) {
        case SAME -> text.replace('.', '_');
        case LOWER -> text.replace('.', '_').toLowerCase(Locale.ROOT);
        case SNAKE ->
            OTHER
                .matcher(HUMP.matcher(text).replaceAll("_"))
                .replaceAll("_")
                .toLowerCase(Locale.ROOT);
      };
    }
  }

  /** What {@link #parse} understands, for messages. */
  public static final String EXPECTED =
      "expected a name with ${topic}, ${topic:GROUP}, ${field:NAME}, ${key:NAME} or ${header:NAME}"
          + " in it, each also as ${...|lower} or ${...|snake}";

  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}|]*)(?:\\|([^}]*))?}");
  private static final Pattern TOPIC = Pattern.compile("topic(?::(\\d{1,2}))?");

  /** Copies its list. */
  public TargetTemplate {
    parts = List.copyOf(parts);
  }

  /** Always the same name. */
  public static TargetTemplate fixed(String name) {
    return new TargetTemplate(List.of(new Text(name)));
  }

  /** Reads what the configuration says; empty where it isn't {@link #EXPECTED}. */
  public static Optional<TargetTemplate> parse(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher matcher = EXPRESSION.matcher(text);
    int end = 0;
    while (matcher.find()) {
      if (matcher.start() > end) {
        parts.add(new Text(text.substring(end, matcher.start())));
      }
      Optional<Part> part =
          spelling(matcher.group(2)).flatMap(spelling -> part(matcher.group(1).trim(), spelling));
      if (part.isEmpty()) {
        return Optional.empty();
      }
      parts.add(part.get());
      end = matcher.end();
    }
    if (end < text.length()) {
      parts.add(new Text(text.substring(end)));
    }
    boolean isWhole = parts.stream().noneMatch(p -> p instanceof Text t && t.text().contains("${"));
    return isWhole && !parts.isEmpty() ? Optional.of(new TargetTemplate(parts)) : Optional.empty();
  }

  private static Optional<Spelling> spelling(String name) {
    if (name == null) {
      return Optional.of(Spelling.SAME);
    }
    return switch (name.trim()) {
      case "lower" -> Optional.of(Spelling.LOWER);
      case "snake" -> Optional.of(Spelling.SNAKE);
      default -> Optional.empty();
    };
  }

  private static Optional<Part> part(String expression, Spelling spelling) {
    Matcher topic = TOPIC.matcher(expression);
    if (topic.matches()) {
      int group = topic.group(1) == null ? 0 : Integer.parseInt(topic.group(1));
      return Optional.of(new TopicGroup(group, spelling));
    }
    return expression.indexOf(':') < 0
        ? Optional.empty()
        : ValueSource.parse(expression).map(source -> new Value(source, spelling));
  }

  /** The name, where it is always the same. */
  public Optional<String> fixedName() {
    return parts.size() == 1 && parts.get(0) instanceof Text text
        ? Optional.of(text.text())
        : Optional.empty();
  }

  /** The highest group of the topic's regular expression that it asks for. */
  public int groupMax() {
    return parts.stream()
        .mapToInt(part -> part instanceof TopicGroup topic ? topic.group() : 0)
        .max()
        .orElse(0);
  }
}
