package dev.onceflow.sink.record;

import java.util.Optional;

/** Which value goes to which column. */
public record ColumnMapping(String column, ValueSource source) {
  /** Reads {@code column=source}, or {@code name} for a field and a column of one name. */
  public static Optional<ColumnMapping> parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return text.isBlank() || text.indexOf(':') >= 0
          ? Optional.empty()
          : Optional.of(new ColumnMapping(text.trim(), new ValueSource.Field(text.trim())));
    }
    String column = text.substring(0, equals).trim();
    return column.isEmpty()
        ? Optional.empty()
        : ValueSource.parse(text.substring(equals + 1).trim())
            .map(source -> new ColumnMapping(column, source));
  }
}
