package dev.onceflow.sink.schema;

import dev.onceflow.sink.schema.SchemaChange.Refused;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a table differs from what records of one schema need, and the statements that end it.
 *
 * @param table the table as SQL writes it
 */
public record EvolutionPlan(String table, List<SchemaChange> changes) {
  /** Copies its list. */
  public EvolutionPlan {
    changes = List.copyOf(changes);
  }

  /** Whether nothing differs. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** What can't or may not be done; where there is any, nothing is. */
  public List<Refused> refusals() {
    return changes.stream().filter(Refused.class::isInstance).map(Refused.class::cast).toList();
  }

  /** The statements, for one database transaction. */
  public List<String> sql() {
    return SchemaChange.sql(table, changes);
  }

  /** The whole difference, one line each. */
  public String difference() {
    return changes.stream()
        .map(change -> "\n  - " + change.difference())
        .collect(Collectors.joining());
  }

  /** The statements, one line each, for whoever may run them. */
  public String script() {
    return sql().stream().map(statement -> "\n  " + statement + ";").collect(Collectors.joining());
  }
}
