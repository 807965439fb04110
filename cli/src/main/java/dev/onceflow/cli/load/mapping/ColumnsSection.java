package dev.onceflow.cli.load.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.load.source.LineRefused;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The part of a mapping file that says which columns are read, and what they hold. */
final class ColumnsSection {
  private static final Set<String> KEYS =
      Set.of("type", "from", "format", "zone", "default", "optional");
  private static final String TYPES = "text, decimal or time";

  private final Section root;
  private final List<Column> columns = new ArrayList<>();

  ColumnsSection(Section root) {
    this.root = root;
  }

  List<Column> read() {
    if (!root.has("columns")) {
      root.problem("columns", "missing: name the columns that are read, each with its type");
    }
    root.entries("columns", this::column);
    return columns;
  }

  private void column(String name, JsonNode node) {
    Section section = root.below("columns." + name, node);
    if (!Expression.isName(name)) {
      section.problem(
          "",
          "not a name: use letters, digits and _, no word of JEXL, and give the file's own name with from");
    } else if (node.isObject()) {
      detailed(section.allows(KEYS), name);
    } else if (node.isTextual()) {
      Column.Type type = type(section, "", node.asText());
      TimeFormat time = type == Column.Type.TIME ? time(section) : null;
      columns.add(new Column(name, name, type, time, null, false));
    } else {
      section.problem("", "give a type (%s), or a section with type".formatted(TYPES));
    }
  }

  private void detailed(Section section, String name) {
    String from = section.text("from").orElse(name);
    Column.Type type = type(section, "type", section.requiredText("type", TYPES).orElse("text"));
    TimeFormat time = null;
    if (type == Column.Type.TIME) {
      time = time(section);
    } else {
      for (String key : List.of("format", "zone")) {
        if (section.has(key)) {
          section.problem(key, "only for type time");
        }
      }
    }
    boolean optional = optional(section);
    String whenEmpty = section.text("default").orElse(null);
    if (optional && whenEmpty != null) {
      section.problem("optional", "a column with a default is never empty: leave one of them out");
    }
    Column column = new Column(name, from, type, time, whenEmpty, optional);
    checkDefault(section, column);
    columns.add(column);
  }

  private static Column.Type type(Section section, String key, String type) {
    return switch (type) {
      case "text" -> Column.Type.TEXT;
      case "decimal" -> Column.Type.DECIMAL;
      case "time" -> Column.Type.TIME;
      default -> {
        section.problem(key, "'%s' is not a type: give %s".formatted(type, TYPES));
        yield Column.Type.TEXT;
      }
    };
  }

  private static TimeFormat time(Section section) {
    ZoneId zone = null;
    String named = section.text("zone").orElse(null);
    if (named != null) {
      try {
        zone = ZoneId.of(named);
      } catch (DateTimeException e) {
        section.problem(
            "zone", "'%s' is not a zone, such as Europe/London or UTC".formatted(named));
        zone = ZoneId.of("UTC"); // only to check the format as well
      }
    }
    try {
      return TimeFormat.of(section.text("format").orElse("iso"), zone);
    } catch (IllegalArgumentException e) {
      section.problem("format", e.getMessage());
      return null;
    }
  }

  private static boolean optional(Section section) {
    String optional = section.text("optional").orElse("false");
    if (!optional.equals("true") && !optional.equals("false")) {
      section.problem("optional", "'%s' is neither true nor false".formatted(optional));
    }
    return optional.equals("true");
  }

  private static void checkDefault(Section section, Column column) {
    if (column.whenEmpty() == null
        || (column.type() == Column.Type.TIME && column.time() == null)) {
      return;
    }
    if (column.whenEmpty().isBlank()) {
      section.problem("default", "a default can't be empty itself: make the column optional");
      return;
    }
    try {
      column.value(column.whenEmpty());
    } catch (LineRefused e) {
      section.problem("default", e.getMessage());
    }
  }
}
