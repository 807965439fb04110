package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Writes records of one schema as rows of one table: made once for each (table, schema), so that
 * for each record nothing is looked up by name and no type is asked for.
 */
public final class RowEncoder {
  private record Cell(
      TargetColumn column,
      ValueSource source,
      ValueReader reader,
      ColumnEncoder encoder,
      boolean required) {}

  /** What the rows of a table are made of. */
  public record Layout(
      String table,
      List<TargetColumn> columns,
      List<ValueSource> sources,
      Set<String> required,
      Optional<ValueSource> eventId) {}

  private final String table;
  private final Cell[] cells;
  private final ValueReader eventId;
  private final ValueSource eventIdSource;
  private final boolean readsValue;

  private RowEncoder(Layout layout, SinkRecord sample) {
    this.table = layout.table();
    this.cells = new Cell[layout.columns().size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cell(layout, layout.columns().get(i), layout.sources().get(i), sample);
    }
    this.eventIdSource = layout.eventId().orElse(null);
    this.eventId = eventIdSource == null ? null : ValueReader.of(eventIdSource, sample);
    this.readsValue = layout.sources().stream().anyMatch(TextReader::readsValue);
  }

  /**
   * Makes the encoder for records with the schemas of {@code sample}.
   *
   * @throws UnfitRecordException where no such record can become a row
   */
  public static RowEncoder of(Layout layout, SinkRecord sample) {
    return new RowEncoder(layout, sample);
  }

  private static Cell cell(
      Layout layout, TargetColumn column, ValueSource source, SinkRecord sample) {
    ValueReader reader = ValueReader.of(source, sample);
    ColumnEncoder encoder =
        (reader.schema() == null
                ? Optional.of(ColumnEncoder.untyped(column))
                : ColumnEncoder.of(reader.schema(), column))
            .orElseThrow(
                () ->
                    new UnfitRecordException(
                        "table %s, column %s: %s of record %s has type %s, which can't go to a column of type %s"
                            .formatted(
                                layout.table(),
                                column.name(),
                                source,
                                Coordinates.text(sample),
                                typeOf(reader),
                                column.declared())));
    boolean required = column.notNull() || layout.required().contains(column.name());
    return new Cell(column, source, reader, encoder, required);
  }

  /** The record's event ID. */
  public String eventId(SinkRecord record) {
    Object id = eventId.read(record);
    if (id == null) {
      throw new UnfitRecordException(
          "table %s: record %s has no event ID: %s is missing"
              .formatted(table, Coordinates.text(record), eventIdSource));
    }
    return id.toString();
  }

  /**
   * Writes the record's fields; the row is begun by the caller, who takes it back where this
   * throws.
   *
   * @throws UnfitRecordException where a value doesn't fit its column
   */
  public void encode(SinkRecord record, CopyBuffer out) {
    if (readsValue) {
      checkValue(record);
    }
    int i = 0;
    try {
      for (; i < cells.length; i++) {
        Cell cell = cells[i];
        Object field = cell.reader.read(record);
        if (field != null) {
          cell.encoder.encode(field, out);
        } else if (cell.required) {
          throw new UnfitValueException("null, and the column can't be");
        } else {
          out.putNull();
        }
      }
    } catch (UnfitValueException e) {
      Cell cell = cells[i];
      throw UnfitRecordException.ofColumn(
          table,
          cell.column.name(),
          "table %s, column %s (%s): the value of %s (%s) in record %s is unfit: %s"
              .formatted(
                  table,
                  cell.column.name(),
                  cell.column.declared(),
                  cell.source,
                  typeOf(cell.reader),
                  Coordinates.text(record),
                  e.getMessage()));
    }
  }

  private void checkValue(SinkRecord record) {
    if (!(record.value() instanceof Struct) && !(record.value() instanceof Map)) {
      throw new UnfitRecordException(
          "table %s: the value of record %s is %s, expected a struct or a map"
              .formatted(
                  table,
                  Coordinates.text(record),
                  record.value() == null ? "null" : record.value().getClass().getName()));
    }
  }

  private static String typeOf(ValueReader reader) {
    if (reader.schema() == null) {
      return "no schema";
    }
    String name = reader.schema().name();
    return reader.schema().type() + (name == null ? "" : " " + name);
  }
}
