package dev.onceflow.sink.write;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.TextReader;
import dev.onceflow.sink.record.ValueSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a record does to its table. */
public sealed interface Effect {
  /** What keeps an event from taking effect twice, behind the fence. */
  enum Dedupe {
    /** A unique column of the target holds the event ID. */
    BY_KEY,
    /** The memory of event IDs. */
    BY_MEMORY
  }

  /** What a tombstone (a record without a value) does. */
  enum Tombstones {
    /** It can't be stored: to the dead letter queue, or the task stops. */
    REFUSED,
    /** Nothing. */
    IGNORED,
    /** It deletes the row of its key. */
    DELETE
  }

  /** The name that the configuration has for it. */
  default String word() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** What tombstones do here. */
  Tombstones tombstones();

  /** Where the event ID stands, where the memory of event IDs is asked; else empty. */
  Optional<ValueSource> rememberedId();

  /**
   * Appends a row, once for each event.
   *
   * @param columns which values go where; empty for fields to columns of the same names
   */
  record Insert(
      ValueSource eventId,
      Optional<List<ColumnMapping>> columns,
      Dedupe dedupe,
      Tombstones tombstones)
      implements Effect {
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

    @Override
    public Optional<ValueSource> rememberedId() {
      return dedupe == Dedupe.BY_MEMORY ? Optional.of(eventId) : Optional.empty();
    }
  }

  /**
   * Keeps one row for each key: the one that takes precedence.
   *
   * @param columns which values go where, without those of the key; empty for fields to columns of
   *     the same names
   * @param key the columns that identify a row, unique in the table
   */
  record Upsert(
      Optional<List<ColumnMapping>> columns,
      List<ColumnMapping> key,
      Precedence precedence,
      Tombstones tombstones)
      implements Effect {
    /** The columns that identify a row. */
    public List<String> keyColumns() {
      return key.stream().map(ColumnMapping::column).toList();
    }

    /** Where tombstones have a version; empty where it stands in the value, which they lack. */
    public Optional<ColumnMapping> tombstoneVersion() {
      return precedence instanceof Precedence.ByVersion version
          ? columns.stream()
              .flatMap(List::stream)
              .filter(mapping -> mapping.column().equals(version.column()))
              .filter(mapping -> !TextReader.readsValue(mapping.source()))
              .findFirst()
          : Optional.empty();
    }

    @Override
    public Optional<ValueSource> rememberedId() {
      return Optional.empty();
    }
  }

  /**
   * Adds to the sums, the least and greatest values and the count of a key, once for each event.
   *
   * <p>A null adds nothing and is neither least nor greatest, as in SQL; its event counts. Into a
   * column that is NOT NULL it is refused.
   *
   * @param key the columns that identify a row, unique in the table
   * @param count the column that counts events
   */
  record Accumulate(
      ValueSource eventId,
      List<ColumnMapping> key,
      List<Amount> amounts,
      Optional<String> count,
      Tombstones tombstones)
      implements Effect {
    /** The columns that identify a row. */
    public List<String> keyColumns() {
      return key.stream().map(ColumnMapping::column).toList();
    }

    @Override
    public Optional<ValueSource> rememberedId() {
      return Optional.of(eventId);
    }
  }

  /** A value that goes into a total. */
  record Amount(ColumnMapping mapping, Total total) {}

  /** How values become one. */
  enum Total {
    /** They add up. */
    SUM,
    /** The least. */
    MIN,
    /** The greatest. */
    MAX
  }

  /**
   * Runs the user's own statements over the first-seen records of a batch, which they find as the
   * relation {@code batch}.
   *
   * @param columns the columns of {@code batch}
   */
  record Sql(
      ValueSource eventId,
      List<BatchColumn> columns,
      List<SqlText.Statement> statements,
      Tombstones tombstones)
      implements Effect {
    @Override
    public Optional<ValueSource> rememberedId() {
      return Optional.of(eventId);
    }
  }

  /**
   * A column of {@code batch}.
   *
   * @param type as SQL writes it
   */
  record BatchColumn(String name, String type, ValueSource source) {}
}
