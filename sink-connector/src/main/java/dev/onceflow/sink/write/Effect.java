package dev.onceflow.sink.write;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.ValueSource;
import java.util.List;
import java.util.Optional;

/** What a record does to its table. */
public sealed interface Effect {
  /**
   * Appends a row, once for each event: the column that holds the event ID is unique in the table.
   *
   * @param columns which values go where; empty for fields to columns of the same names
   */
  record Insert(ValueSource eventId, Optional<List<ColumnMapping>> columns) implements Effect {
    /** The column that holds the event ID; empty where no column does. */
    public Optional<String> eventColumn() {
      if (columns.isEmpty()) {
        return eventId instanceof ValueSource.Field field
            ? Optional.of(field.name())
            : Optional.empty();
      }
      return columns.get().stream()
          .filter(mapping -> mapping.source().equals(eventId))
          .map(ColumnMapping::column)
          .findFirst();
    }
  }

  /**
   * Keeps the row with the highest version for each key.
   *
   * @param columns which values go where; empty for fields to columns of the same names
   * @param key the columns that identify a row, unique in the table
   * @param version the column that orders the rows of one key
   */
  record Upsert(Optional<List<ColumnMapping>> columns, List<String> key, String version)
      implements Effect {}

  /**
   * Adds to the sums and the count of a key, once for each event.
   *
   * @param key the columns that identify a row, unique in the table
   * @param sums the columns that add up
   * @param count the column that counts events
   */
  record Accumulate(
      ValueSource eventId,
      List<ColumnMapping> key,
      List<ColumnMapping> sums,
      Optional<String> count)
      implements Effect {
    /** The columns that identify a row. */
    public List<String> keyColumns() {
      return key.stream().map(ColumnMapping::column).toList();
    }

    /** The columns that add up. */
    public List<String> sumColumns() {
      return sums.stream().map(ColumnMapping::column).toList();
    }
  }
}
