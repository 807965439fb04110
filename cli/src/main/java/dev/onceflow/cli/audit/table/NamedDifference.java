package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Finding;
import dev.onceflow.cli.audit.digest.Place;
import java.util.List;
import java.util.Optional;

/**
 * One event by which topic and table differ.
 *
 * @param kind how
 * @param eventId its ID as the table's column shows it; empty for a record that can't be read
 * @param place its first record
 * @param records how many records have it
 * @param rows how many rows have it
 * @param columns of an altered row, what differs
 */
public record NamedDifference(
    Finding.Kind kind,
    Optional<String> eventId,
    Optional<Place> place,
    int records,
    int rows,
    List<ColumnDifference> columns) {
  /**
   * A column's two values.
   *
   * @param column its name
   * @param expected what the topic says; null for none
   * @param found what the table has; null for none
   */
  public record ColumnDifference(String column, String expected, String found) {}
}
