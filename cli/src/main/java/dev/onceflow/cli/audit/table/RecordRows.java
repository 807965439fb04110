package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Makes the row that a record should be in the table. What goes where is worked out once for each
 * schema. Belongs to one thread.
 */
final class RecordRows {
  private record Part(ValueSource source, ValueWriter writer) {}

  private final InsertEffect effect;
  private final List<ComparedColumn> columns;
  private final Set<String> others;
  private final IdentityHashMap<Schema, List<Optional<Part>>> plans = new IdentityHashMap<>();
  private final Set<String> wanted = new HashSet<>();

  /**
   * @param columns which to write, the event ID's first
   * @param others names of the table's other columns that may be compared
   */
  RecordRows(InsertEffect effect, List<ComparedColumn> columns, Set<String> others) {
    this.effect = effect;
    this.columns = columns;
    this.others = others;
  }

  /** Columns among the others that records had values for. */
  Set<String> wanted() {
    return wanted;
  }

  /**
   * Writes a record's row.
   *
   * @return false where the record can't be a row: the sink must have set it aside
   * @throws UserException if a column's value can't be compared
   */
  boolean write(TopicRecord record, RowBuffer out) {
    List<Optional<Part>> plan = plan(record.value().getSchema());
    out.clear();
    try {
      for (int i = 0; i < columns.size(); i++) {
        Object value = plan.get(i).map(part -> record.get(part.source)).orElse(null);
        if (value == null) {
          if (i == 0) {
            return false;
          }
          out.putNull();
        } else {
          plan.get(i).orElseThrow().writer.write(value, out);
        }
      }
      return true;
    } catch (ArithmeticException | IllegalArgumentException | DateTimeException unfit) {
      return false;
    }
  }

  private List<Optional<Part>> plan(Schema schema) {
    List<Optional<Part>> known = plans.get(schema);
    if (known != null) {
      return known;
    }
    List<String> fields = schema.getFields().stream().map(Schema.Field::name).toList();
    List<Optional<Part>> plan = new ArrayList<>();
    for (ComparedColumn column : columns) {
      plan.add(effect.source(column.name(), fields).flatMap(from -> part(from, column, schema)));
    }
    for (String column : others) {
      if (effect.source(column, fields).isPresent()) {
        wanted.add(column);
      }
    }
    plans.put(schema, plan);
    return plan;
  }

  private static Optional<Part> part(ValueSource source, ComparedColumn column, Schema schema) {
    Schema ofValue = TopicRecord.schema(source, schema);
    if (ofValue == null) {
      return Optional.empty();
    }
    ValueWriter writer =
        ValueWriter.of(ofValue, column.kind())
            .orElseThrow(
                () ->
                    new UserException(
                        "Column %s (%s) gets its values from %s (Avro %s), which can't be compared: leave it out with --without-column %s."
                            .formatted(
                                column.name(), column.type(), source, ofValue, column.name())));
    return Optional.of(new Part(source, writer));
  }
}
