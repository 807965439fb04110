package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which of the table's columns are compared, and which are not. Always in the table's order behind
 * the event ID's, so that digests of the same columns can be compared.
 *
 * @param columns all of them, the event ID's first
 * @param chosen names of those that are compared
 * @param without names of those that the user leaves out
 */
record Layout(List<Snapshot.Column> columns, Set<String> chosen, Set<String> without) {

  /** Begins with what the configuration names. */
  static Layout of(InsertEffect effect, List<Snapshot.Column> columns, Set<String> without) {
    String id =
        effect
            .eventColumn()
            .orElseThrow(
                () ->
                    new UserException(
                        "Table %s keeps its event ID (%s) in no column: it can't be compared by event ID."
                            .formatted(effect.name(), effect.eventId())));
    if (!names(columns).contains(id)) {
      throw new UserException(
          "Table %s has no column %s, where its event ID should be."
              .formatted(effect.target(), id));
    }
    for (String name : without) {
      if (!names(columns).contains(name) || name.equals(id)) {
        throw new UserException(
            "--without-column %s: expected a column of table %s that doesn't hold the event ID."
                .formatted(name, effect.target()));
      }
    }
    List<Snapshot.Column> idFirst = new ArrayList<>(columns);
    idFirst.sort(Comparator.comparing(column -> !column.name().equals(id)));
    return new Layout(List.copyOf(idFirst), Set.of(id), without)
        .with(effect.columns().map(Map::keySet).orElse(Set.of()));
  }

  private static Set<String> names(List<Snapshot.Column> columns) {
    return columns.stream().map(Snapshot.Column::name).collect(Collectors.toSet());
  }

  /** With these columns compared, too, unless they are left out. */
  Layout with(Set<String> names) {
    Set<String> more = new HashSet<>(names);
    more.removeAll(without);
    more.retainAll(names(columns));
    more.addAll(chosen);
    return new Layout(columns, Set.copyOf(more), without);
  }

  /** What is compared, the event ID's column first. */
  List<ComparedColumn> compared() {
    return columns.stream()
        .filter(column -> chosen.contains(column.name()))
        .map(Layout::compared)
        .toList();
  }

  private static ComparedColumn compared(Snapshot.Column column) {
    Optional<ColumnKind> kind = ColumnKind.of(column.type(), column.isEnum());
    return new ComparedColumn(
        column.name(),
        column.type(),
        kind.orElseThrow(
            () ->
                new UserException(
                    "Column %s is of type %s, which can't be compared: leave it out with --without-column %s."
                        .formatted(column.name(), column.type(), column.name()))));
  }

  /** Names of columns that may still be found to have values in records. */
  Set<String> others() {
    Set<String> others = new HashSet<>(names(columns));
    others.removeAll(chosen);
    others.removeAll(without);
    return others;
  }

  /** Columns that are not compared, each with the reason. */
  Map<String, String> notCompared() {
    Map<String, String> reasons = new TreeMap<>();
    for (String column : names(columns)) {
      if (!chosen.contains(column)) {
        reasons.put(column, without.contains(column) ? "left out on request" : "no record sets it");
      }
    }
    return reasons;
  }
}
