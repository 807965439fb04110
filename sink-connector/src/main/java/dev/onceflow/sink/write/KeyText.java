package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import java.util.List;
import java.util.stream.Collectors;

/** A row's key as one text, the same for all keys that the table's unique index calls equal. */
final class KeyText {
  private KeyText() {}

  /** The expression over the rows with an alias. */
  static String of(TargetTable target, List<String> key, String alias) {
    return key.stream()
        .map(name -> part(target.column(name).orElseThrow(), alias + "." + quoted(name)))
        .collect(Collectors.joining(", ", "jsonb_build_array(", ")::text"));
  }

  private static String part(TargetColumn column, String value) {
    ColumnType type = column.type().orElse(ColumnType.TEXT);
    return switch (type) {
      // 1.0 and 1.00 are one key.
      case NUMERIC -> "trim_scale(" + value + ")::text";
      // Its text depends on the session's time zone.
      case TIMESTAMPTZ -> "(" + value + " AT TIME ZONE 'UTC')::text";
      default -> value + "::text";
    };
  }
}
