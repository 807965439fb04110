package dev.onceflow.sink.postgres;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A target table, as its catalogue describes it.
 *
 * @param name as the configuration names it
 * @param sqlName quoted, with its schema
 * @param columns those that can be written, in their order
 * @param uniqueKeys the column sets on which a plain, immediate unique index stands
 */
public record TargetTable(
    String name, String sqlName, List<TargetColumn> columns, List<Set<String>> uniqueKeys) {

  /** Copies its lists. */
  public TargetTable {
    columns = List.copyOf(columns);
    uniqueKeys = List.copyOf(uniqueKeys);
  }

  /** The column of that name. */
  public Optional<TargetColumn> column(String columnName) {
    return columns.stream().filter(column -> column.name().equals(columnName)).findFirst();
  }

  /** Whether rows are unique by exactly these columns, which is what ON CONFLICT needs. */
  public boolean isUniqueBy(Set<String> columnNames) {
    return uniqueKeys.contains(columnNames);
  }
}
