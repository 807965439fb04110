package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.rows.RowFile;
import dev.onceflow.cli.load.rows.RowFormat;
import dev.onceflow.cli.load.source.PaymentSource;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checked mapping file: how the columns of a file become payment events. Immutable. The same
 * mapping over the same file always gives the same events with the same IDs, in the same order,
 * wherever the file lies and whatever it is called: the IDs follow from the mapping's {@code
 * source}.
 */
public final class Mapping {
  private final String source;
  private final RowFormat format;
  private final List<Column> columns;
  private final List<Computed> values;
  private final Map<Field, FieldRule> rules;

  Mapping(
      String source,
      RowFormat format,
      List<Column> columns,
      List<Computed> values,
      Map<Field, FieldRule> rules) {
    this.source = source;
    this.format = format;
    this.columns = List.copyOf(columns);
    this.values = List.copyOf(values);
    this.rules = new EnumMap<>(rules);
  }

  /**
   * Reads and checks a mapping file.
   *
   * @param file a YAML file, as docs and {@code onceflow load --help} describe
   * @throws dev.onceflow.cli.UserException with all that is wrong with it, each by its key
   */
  public static Mapping read(Path file) {
    return new MappingFile(file).read();
  }

  /** Who made the payments; the CloudEvents source, and part of every derived ID. */
  public String source() {
    return source;
  }

  /**
   * Opens a file to be read through this mapping.
   *
   * @param file CSV or JSON lines, as the mapping says; gzipped or not
   * @throws dev.onceflow.cli.UserException if the file is not there or lacks a column
   */
  public PaymentSource open(Path file) {
    Set<String> mentioned = new HashSet<>();
    for (FieldRule rule : rules.values()) {
      if (rule instanceof FieldRule.IdOfContent content) {
        mentioned.addAll(content.columns().mentioned());
      }
    }
    List<String> names = columns.stream().map(Column::from).toList();
    return new MappedFile(
        source, RowFile.open(file, format, names, mentioned), new LineMapper(this));
  }

  List<Column> columns() {
    return columns;
  }

  List<Computed> values() {
    return values;
  }

  FieldRule rule(Field field) {
    return rules.get(field);
  }
}
