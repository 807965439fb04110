package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.postgres.TargetTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Carries batches into the database. Lives with one connection and never commits a batch. {@link
 * #newBatch} belongs to the thread that encodes, the rest to the thread that writes.
 */
public final class BatchWriter {
  private final Connection connection;
  private final Effects effects;
  private final List<TablePlan> plans;
  private final Map<Stage, StageTable> stageTables = new HashMap<>();

  private BatchWriter(Connection connection, Effects effects, List<TablePlan> plans) {
    this.connection = connection;
    this.effects = effects;
    this.plans = plans;
  }

  /**
   * Reads the target tables' descriptions.
   *
   * @throws ConnectException where a table is missing or can't hold its effect
   */
  public static BatchWriter open(Connection connection, List<TableSpec> specs, Effects effects)
      throws SQLException {
    List<TablePlan> plans = new ArrayList<>();
    // Sorted: every task locks tables in one order.
    for (TableSpec spec : specs.stream().sorted(Comparator.comparing(TableSpec::name)).toList()) {
      TargetTable target =
          Catalogue.describe(connection, spec.name())
              .orElseThrow(
                  () ->
                      new ConnectException(
                          "table "
                              + spec.name()
                              + " (from tables) isn't in the database, or the role can't see it;"
                              + " create it, or name its schema: SCHEMA.TABLE"));
      refuseOwnSchema(target);
      plans.add(new TablePlan(spec, target, effects, plans.size()));
    }
    connection.commit();
    return new BatchWriter(connection, effects, plans);
  }

  // A role of the same name as our schema finds it first in its search_path ("$user", public), but
  // only once it is there: the table that was meant before would then no longer be written.
  private static void refuseOwnSchema(TargetTable target) {
    if (target.sqlName().startsWith(OnceflowSchema.NAME + '.')) {
      throw new ConnectException(
          "table "
              + target.name()
              + " (from tables) is found as "
              + target.sqlName()
              + ", in the sink's own schema; name the schema that is meant, such as public."
              + target.name());
    }
  }

  /** An empty batch for this writer; one may be filled while another is written. */
  public Batch newBatch() {
    return new Batch(plans);
  }

  /** Copies the rows into temporary tables; first in the transaction, before the fence is held. */
  public void stage(Batch batch) throws SQLException {
    boolean created = false;
    for (TableRows table : batch.tables()) {
      for (Map.Entry<Stage, CopyBuffer> rows : table.buffers().entrySet()) {
        if (rows.getValue().rows() > 0 && !stageTables.containsKey(rows.getKey())) {
          stageTables.put(rows.getKey(), StageTable.create(connection, rows.getKey(), effects));
          created = true;
        }
      }
    }
    if (created) {
      // A rollback of the batch must not take the temporary tables with it.
      connection.commit();
    }
    for (TableRows table : batch.tables()) {
      for (Map.Entry<Stage, CopyBuffer> rows : table.buffers().entrySet()) {
        if (rows.getValue().rows() > 0) {
          stageTables.get(rows.getKey()).copy(connection, rows.getValue());
        }
      }
    }
  }

  /** Carries the staged rows into the target tables; after the fence. */
  public void applyEffects(Batch batch) throws SQLException {
    for (TableRows table : batch.tables()) {
      for (Map.Entry<Stage, CopyBuffer> rows : table.buffers().entrySet()) {
        if (rows.getValue().rows() > 0) {
          stageTables.get(rows.getKey()).applyEffect();
        }
      }
    }
  }
}
