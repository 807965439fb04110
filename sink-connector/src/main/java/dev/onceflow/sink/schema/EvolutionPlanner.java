package dev.onceflow.sink.schema;

import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.schema.SchemaChange.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * Compares a table with what records of one schema need. Pure: the same table and schemas, the same
 * plan.
 *
 * <p>A plan never drops or renames a column, never makes one narrower, and never takes away a NOT
 * NULL that the sink didn't set itself. A column that no field fills stays, for older schemas.
 */
public final class EvolutionPlanner {
  private static final int NAME_BYTES_MAX = 63;

  private final ColumnNaming naming;
  private final long rewriteBytesMax;

  /**
   * Plans with these rules.
   *
   * @param rewriteBytesMax the largest table that a change may write anew
   */
  public EvolutionPlanner(ColumnNaming naming, long rewriteBytesMax) {
    this.naming = naming;
    this.rewriteBytesMax = rewriteBytesMax;
  }

  /**
   * The difference.
   *
   * @param current the table as it is; empty where it isn't there
   * @param key the schema of the records' keys, or null
   * @param value the schema of their values, or null
   */
  public EvolutionPlan plan(
      TableNeeds needs, Optional<CurrentTable> current, Schema key, Schema value) {
    WantedColumn.All wanted = WantedColumn.of(needs, new RecordSchemas(key, value), naming);
    List<SchemaChange> changes = new ArrayList<>(wanted.refused());
    for (String column : needs.key()) {
      if (!wanted.columns().containsKey(column) && wanted.refused().isEmpty()) {
        changes.add(new Refused("key column " + column + " has no source in these records"));
      }
    }
    wanted.columns().keySet().stream()
        .filter(name -> name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX)
        .forEach(
            name ->
                changes.add(
                    new Refused(
                        "column %s has a name longer than %d bytes, which PostgreSQL would cut; name its column"
                            .formatted(name, NAME_BYTES_MAX))));
    if (current.isEmpty()) {
      changes.add(
          new SchemaChange.CreateTable(
              needs.target(),
              wanted.columns().values().stream().map(WantedColumn::inNewTable).toList(),
              needs.key()));
      return new EvolutionPlan(Identifiers.quotedPath(needs.target()), changes);
    }
    new TableComparison(needs, current.get(), wanted.columns(), rewriteBytesMax, changes).run();
    return new EvolutionPlan(current.get().described().sqlName(), changes);
  }
}
