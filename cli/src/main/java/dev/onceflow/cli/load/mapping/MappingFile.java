package dev.onceflow.cli.load.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.rows.RowFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a mapping file and checks all of it, so that its author sees every mistake in one go and
 * none of them once half a file is loaded.
 */
final class MappingFile {
  private static final Set<String> KEYS =
      Set.of("source", "format", "charset", "separator", "header", "columns", "let", "event");
  private static final char COMMA = ',';

  private final Path file;
  private final Problems problems = new Problems();

  MappingFile(Path file) {
    this.file = file;
  }

  Mapping read() {
    Section root = new Section("", parse(), problems).allows(KEYS);
    String source = source(root);
    RowFormat format = format(root);
    List<Column> columns = new ColumnsSection(root).read();
    List<Computed> values = new ArrayList<>();
    Map<Field, FieldRule> rules = new EnumMap<>(Field.class);
    ExpressionCheck expressions = new ExpressionCheck(columns);
    root.entries("let", (name, node) -> value(root, name, node, expressions, values));
    new EventSection(root, columns, expressions).read(rules);
    if (!problems.isEmpty()) {
      throw new UserException(
          "%s has %d %s:%n  %s"
              .formatted(
                  file,
                  problems.count(),
                  problems.count() == 1 ? "mistake" : "mistakes",
                  problems));
    }
    return new Mapping(source, format, columns, values, rules);
  }

  private JsonNode parse() {
    YAMLMapper yaml =
        new YAMLMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    JsonNode root;
    try {
      root = yaml.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : "line %d, column %d: "
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new UserException(
          "%s is not YAML: %s%s".formatted(file, place, firstLine(e.getOriginalMessage())), e);
    } catch (IOException e) {
      throw new UserException(
          "%s can't be read: give the path of a mapping file with --mapping".formatted(file), e);
    }
    if (root == null || !root.isObject()) {
      throw new UserException(
          "%s is not a mapping: it must have the keys source, format, columns and event"
              .formatted(file));
    }
    return root;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  private String source(Section root) {
    String source =
        root.requiredText("source", "a name for what the file holds, such as online-retail")
            .orElse("");
    try {
      URI.create(source);
    } catch (IllegalArgumentException e) {
      root.problem(
          "source",
          "'%s' is not a URI reference: leave out spaces, such as online-retail".formatted(source));
    }
    return source;
  }

  private RowFormat format(Section root) {
    Charset charset = StandardCharsets.UTF_8;
    String named = root.text("charset").orElse("UTF-8");
    try {
      charset = Charset.forName(named);
    } catch (IllegalArgumentException e) {
      root.problem(
          "charset", "'%s' is not a character set, such as UTF-8 or windows-1252".formatted(named));
    }
    String format = root.requiredText("format", "csv or jsonl").orElse("csv");
    switch (format) {
      case "csv" -> {
        return new RowFormat.Csv(charset, separator(root), header(root));
      }
      case "jsonl" -> {
        for (String key : List.of("separator", "header")) {
          if (root.has(key)) {
            root.problem(key, "only for format csv");
          }
        }
      }
      default -> root.problem("format", "'%s' is neither csv nor jsonl".formatted(format));
    }
    return new RowFormat.JsonLines(charset);
  }

  private static char separator(Section root) {
    String separator = root.text("separator").orElse(String.valueOf(COMMA));
    if (separator.length() != 1 || "\r\n\"".contains(separator)) {
      root.problem(
          "separator", "'%s' is not one character, such as ';' or \"\\t\"".formatted(separator));
      return COMMA;
    }
    return separator.charAt(0);
  }

  private static List<String> header(Section root) {
    List<String> header = root.texts("header");
    if (new HashSet<>(header).size() < header.size()) {
      root.problem("header", "a name stands there twice");
    }
    return header;
  }

  private void value(
      Section root,
      String name,
      JsonNode node,
      ExpressionCheck expressions,
      List<Computed> values) {
    Section section = root.below("let." + name, node);
    if (expressions.knows(name)) {
      section.problem("", "a column has this name already");
      return;
    }
    if (!Expression.isName(name)) {
      section.problem("", "not a name: use letters, digits and _, and no word of JEXL");
      return;
    }
    if (!node.isObject()) {
      section.problem(
          "", "give a section with expression, and scale and rounding where it is rounded");
      return;
    }
    section.allows(Set.of("expression", "scale", "rounding"));
    Computed computed = expressions.read(section, name);
    if (computed != null) {
      values.add(computed);
    }
  }
}
