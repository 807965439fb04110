package dev.onceflow.cli.load.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.load.rows.ContentColumns;
import dev.onceflow.schemas.event.PaymentKind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The part of a mapping file that says where each field of the payment event comes from. */
final class EventSection {
  private static final Set<String> ID_KEYS = Set.of("id_of", "column", "columns", "except");
  private static final List<String> WAYS = List.of("column", "constant", "expression");

  private final Section root;
  private final List<Column> columns;
  private final ExpressionCheck expressions;
  private final Set<Field> seen = EnumSet.noneOf(Field.class);

  EventSection(Section root, List<Column> columns, ExpressionCheck expressions) {
    this.root = root;
    this.columns = columns;
    this.expressions = expressions;
  }

  /** Puts a rule into {@code rules} for each field that has a good one. */
  void read(Map<Field, FieldRule> rules) {
    root.entries("event", (key, node) -> field(key, node, rules));
    for (Field field : Field.values()) {
      if (!seen.contains(field) && field != Field.REFERENCE) {
        root.problem("event." + field.key(), "missing: " + ways(field));
      }
    }
  }

  private void field(String key, JsonNode node, Map<Field, FieldRule> rules) {
    Section section = root.below("event." + key, node);
    Optional<Field> known = Field.of(key);
    if (known.isEmpty()) {
      section.problem(
          "",
          "not a field of a payment event; those are "
              + String.join(", ", Arrays.stream(Field.values()).map(Field::key).sorted().toList()));
      return;
    }
    Field field = known.get();
    seen.add(field);
    if (!node.isObject()) {
      section.problem("", "give a section: " + ways(field));
      return;
    }
    FieldRule rule = rule(section, field);
    if (rule != null) {
      rules.put(field, rule);
    }
  }

  private static String ways(Field field) {
    return "say where it comes from with one of "
        + String.join(", ", WAYS)
        + (field.isId() ? ", id_of" : "");
  }

  private FieldRule rule(Section section, Field field) {
    if (field.isId() && section.has("id_of")) {
      return id(section.allows(ID_KEYS));
    }
    List<String> given = WAYS.stream().filter(section::has).toList();
    if (given.size() != 1) {
      section.problem("", ways(field));
      return null;
    }
    return switch (given.get(0)) {
      case "column" -> {
        section.allows(Set.of("column"));
        int index = column(section, section.text("column").orElse(""));
        yield index < 0 || !fits(section, field, columns.get(index).type())
            ? null
            : new FieldRule.FromColumn(index);
      }
      case "constant" -> {
        section.allows(Set.of("constant"));
        yield constant(section, field, section.text("constant").orElse(""));
      }
      default -> {
        section.allows(Set.of("expression", "scale", "rounding"));
        Computed computed = expressions.read(section, field.key());
        yield computed == null ? null : new FieldRule.FromExpression(computed);
      }
    };
  }

  private int column(Section section, String name) {
    int index =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).name().equals(name))
            .findFirst()
            .orElse(-1);
    if (index < 0) {
      section.problem(
          "column",
          "'%s' is not under columns; those are %s"
              .formatted(
                  name,
                  String.join(", ", new TreeSet<>(columns.stream().map(Column::name).toList()))));
    }
    return index;
  }

  private static boolean fits(Section section, Field field, Column.Type type) {
    Column.Type needed =
        field == Field.AMOUNT_MINOR
            ? Column.Type.DECIMAL
            : field == Field.OCCURRED_AT ? Column.Type.TIME : type;
    if (type != needed) {
      section.problem(
          "column",
          "%s needs a column of type %s"
              .formatted(field.key(), needed == Column.Type.TIME ? "time" : "decimal"));
    }
    return type == needed;
  }

  private static FieldRule constant(Section section, Field field, String text) {
    String expected =
        switch (field) {
          case EVENT_ID -> "the same ID for every line would make each line a copy of the first";
          case PAYMENT_ID -> null;
          case KIND ->
              Arrays.stream(PaymentKind.values()).anyMatch(kind -> kind.name().equals(text))
                  ? null
                  : "'%s' is none of %s".formatted(text, Arrays.toString(PaymentKind.values()));
          case CURRENCY ->
              LineMapper.CURRENCIES.contains(text)
                  ? null
                  : "'%s' is not a currency of ISO 4217 with a minor unit, such as GBP"
                      .formatted(text);
          case AMOUNT_MINOR ->
              text.matches("[1-9][0-9]{0,17}")
                  ? null
                  : "'%s' is not a whole number above zero".formatted(text);
          case OCCURRED_AT ->
              isTime(text)
                  ? null
                  : "'%s' is not a time, such as 2026-01-31T12:00:00Z".formatted(text);
          default -> text.isBlank() ? "missing: give the value" : null;
        };
    if (expected != null) {
      section.problem("constant", expected);
      return null;
    }
    return new FieldRule.Constant(
        switch (field) {
          case AMOUNT_MINOR -> new BigDecimal(text);
          case OCCURRED_AT -> Instant.parse(text);
          default -> text;
        });
  }

  private static boolean isTime(String text) {
    try {
      return Instant.parse(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private FieldRule id(Section section) {
    String of = section.text("id_of").orElse("");
    return switch (of) {
      case "line" -> idOfLine(section);
      case "content" -> idOfContent(section);
      default -> {
        section.problem("id_of", "'%s' is neither line nor content".formatted(of));
        yield null;
      }
    };
  }

  private FieldRule idOfLine(Section section) {
    for (String key : List.of("columns", "except")) {
      if (section.has(key)) {
        section.problem(key, "only for id_of content");
      }
    }
    return section
        .text("column")
        .map(name -> new FieldRule.IdOfLine(column(section, name)))
        .orElse(new FieldRule.IdOfLine(FieldRule.IdOfLine.PLACE_IN_FILE));
  }

  private static FieldRule idOfContent(Section section) {
    if (section.has("column")) {
      section.problem("column", "only for id_of line; for id_of content give columns or except");
    }
    Set<String> only = Set.copyOf(section.texts("columns"));
    Set<String> except = Set.copyOf(section.texts("except"));
    if (!only.isEmpty() && !except.isEmpty()) {
      section.problem("except", "columns names all that count: leave one of them out");
    }
    return new FieldRule.IdOfContent(
        only.isEmpty() ? ContentColumns.allExcept(except) : ContentColumns.only(only));
  }
}
