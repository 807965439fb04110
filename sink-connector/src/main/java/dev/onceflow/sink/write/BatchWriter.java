package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.schema.CatalogueWatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Carries batches into the database. Lives with one connection and never commits a batch. {@link
 * #newBatch} belongs to the thread that encodes, the rest to the thread that writes.
 */
public final class BatchWriter {
  /**
   * What does not change while the task lives.
   *
   * @param incarnations tells topics of one name apart
   */
  public record Options(
      Tables tables,
      RecordShape shape,
      Effects effects,
      Incarnations incarnations,
      Evolving evolving) {}

  private final Connection connection;
  private final Effects effects;
  private final Plans plans;
  private final Targets targets;
  private final Map<String, Long> effectIds;
  private final Map<Stage, StageTable> stageTables = new HashMap<>();
  private final Map<Stage, DirectCopy> direct = new HashMap<>();

  /** Stages of the current batch whose rows went straight into their targets. */
  private final Set<Stage> written = new HashSet<>();

  private BatchWriter(
      Connection connection,
      Effects effects,
      Plans plans,
      Targets targets,
      Map<String, Long> effectIds) {
    this.connection = connection;
    this.effects = effects;
    this.plans = plans;
    this.targets = targets;
    this.effectIds = effectIds;
  }

  /**
   * Reads the target tables' descriptions, but for those that records name.
   *
   * @param number one that no other writer on this connection had
   * @throws ConnectException where a table is missing or can't hold its effect
   */
  public static BatchWriter open(Connection connection, Options options, int number)
      throws SQLException {
    return open(connection, options, new SchemaGate(options.evolving()), number);
  }

  /** The same once more, after tables have changed. */
  public BatchWriter renewed(Options options, int number) throws SQLException {
    return open(connection, options, plans.gate(), number);
  }

  private static BatchWriter open(
      Connection connection, Options options, SchemaGate gate, int number) throws SQLException {
    Targets targets = new Targets();
    Plans plans = new Plans(options, targets, gate, "onceflow_stage_" + number + "_");
    Effects effects = options.effects();
    Map<String, Long> effectIds = new HashMap<>();
    for (TableSpec spec : options.tables().specs()) {
      if (spec.effect().tombstones() == Effect.Tombstones.DELETE) {
        Tombstones.createIfMissing(connection);
      }
      if (spec.effect().rememberedId().isPresent() && effects.memory().isPresent()) {
        effectIds.put(spec.name(), effects.memory().get().effectId(connection, spec.name()));
      }
      connection.commit();
      describe(connection, spec, targets, plans);
    }
    connection.commit();
    return new BatchWriter(connection, effects, plans, targets, effectIds);
  }

  private static void describe(Connection connection, TableSpec spec, Targets targets, Plans plans)
      throws SQLException {
    Optional<String> fixed = spec.target().fixedName();
    if (fixed.isEmpty()) {
      return;
    }
    if (spec.effect() instanceof Effect.Sql sql) {
      targets.put(fixed.get(), Optional.of(BatchColumns.describe(connection, spec, sql)));
    } else {
      targets.describe(connection, fixed.get());
    }
    if (targets.find(fixed.get()).isEmpty() && plans.gate().isOn()) {
      // It may be made for the first record.
      return;
    }
    plans.plan(
        spec,
        targets
            .find(fixed.get())
            .orElseThrow(
                () ->
                    new ConnectException(
                        "table "
                            + fixed.get()
                            + " (from tables) isn't in the database, or the role can't see it;"
                            + " create it, or name its schema: SCHEMA.TABLE")));
  }

  /** An empty batch for this writer; one may be filled while another is written. */
  public Batch newBatch() {
    return new Batch(plans);
  }

  /** Whether the batch was made by this writer; another one's rows may be of other columns. */
  public boolean isWriterOf(Batch batch) {
    return batch.isBy(plans);
  }

  /**
   * Reads the descriptions of tables that records have named, and brings tables together with
   * schemas that are new; outside of a batch.
   *
   * @return whether a table changed, so that this writer is of no more use
   */
  public boolean prepareWanted() throws SQLException {
    targets.describeWanted(connection);
    connection.commit();
    return plans.gate().ensureWanted(connection);
  }

  /** The names of the tables that are known, for who watches whether others change them. */
  public Set<String> targetNames() {
    return targets.names();
  }

  /**
   * Makes room for the batch's events in the memory, in transactions of its own.
   *
   * @param starts for each partition of the batch, where it goes on
   */
  public void prepare(Batch batch, Map<TopicPartition, BatchStart> starts) throws SQLException {
    for (Map.Entry<TableSpec, Arrivals> effect : batch.arrivals().entrySet()) {
      Long effectId = effectIds.get(effect.getKey().name());
      if (effectId != null) {
        EventMemory memory = effects.memory().orElseThrow();
        memory.prepare(connection, effectId, effect.getValue(), starts);
      }
    }
  }

  /**
   * Copies the rows into temporary tables, or straight into their targets where no row is expected
   * to be there already; first in the transaction, before the fence is held.
   *
   * @return false where a table is another one than its rows were made for; nothing was copied then
   */
  public boolean stage(Batch batch, CatalogueWatch watch) throws SQLException {
    List<StagedRows> staged = staged(batch);
    createStageTables(staged);
    try {
      return stage(staged, watch);
    } catch (SQLException e) {
      if (written.isEmpty() || !DirectCopy.isRefused(e)) {
        throw e;
      }
      // Only what was staged is lost, and the buffers still have it.
      connection.rollback();
      written.forEach(stage -> direct.get(stage).refused());
      return stage(staged, watch);
    }
  }

  private boolean stage(List<StagedRows> staged, CatalogueWatch watch) throws SQLException {
    written.clear();
    for (StagedRows rows : staged) {
      if (direct.containsKey(rows.stage) && direct.get(rows.stage).isWorthTrying()) {
        written.add(rows.stage);
        DirectCopy.lock(connection, rows.stage.target());
      }
    }
    // Binary rows that were made for other types would be read as other values without an error.
    if (!written.isEmpty() && !watch.changedNow(connection).isEmpty()) {
      return false;
    }
    for (StagedRows rows : staged) {
      if (written.contains(rows.stage)) {
        StageTable.copy(connection, rows.stage.copyIntoTargetSql(), rows.buffer);
      } else {
        stageTables.get(rows.stage).copy(connection, rows.buffer);
      }
    }
    return true;
  }

  private void createStageTables(List<StagedRows> staged) throws SQLException {
    boolean created = false;
    for (StagedRows rows : staged) {
      if (!stageTables.containsKey(rows.stage)) {
        List<String> sql = effects.sql(rows.spec, rows.stage);
        stageTables.put(rows.stage, StageTable.create(connection, rows.stage, sql));
        if (rows.stage.isLikeTarget()
            && effects.memory().isPresent()
            && DirectCopy.isPossible(connection, rows.stage.target())) {
          direct.put(rows.stage, new DirectCopy());
        }
        created = true;
      }
    }
    if (created) {
      // A rollback of the batch must not take the temporary tables with it.
      connection.commit();
    }
  }

  private record StagedRows(TableSpec spec, Stage stage, CopyBuffer buffer) {}

  private static List<StagedRows> staged(Batch batch) {
    List<StagedRows> staged = new ArrayList<>();
    for (TableRows table : batch.tables()) {
      table
          .buffers()
          .forEach(
              (stage, buffer) -> {
                if (buffer.rows() > 0) {
                  staged.add(new StagedRows(table.plan().spec(), stage, buffer));
                }
              });
    }
    return staged;
  }

  /**
   * Carries the staged rows into the target tables; after the fence.
   *
   * @return what became of them, for each table
   * @throws QuarantinedRecordsException where the batch must be rolled back and written again
   *     without some of its records
   * @throws MemoryChangedException where it must be rolled back and prepared again
   */
  public List<Applied> applyEffects(Batch batch) throws SQLException {
    List<StagedRows> staged = staged(batch);
    Map<Stage, Long> known = judge(staged, batch.arrivals());
    List<Applied> applied = new ArrayList<>();
    for (StagedRows rows : staged) {
      long duplicates = known.getOrDefault(rows.stage, 0L);
      if (written.contains(rows.stage)) {
        direct.get(rows.stage).succeeded();
      } else {
        long changed = stageTables.get(rows.stage).applyEffect(connection);
        if (rows.stage.prefix() == Stage.Prefix.NONE) {
          duplicates = rows.buffer.rows() - changed;
        }
      }
      applied.add(applied(rows.spec, rows.buffer.rows() - duplicates, duplicates));
    }
    batch.tables().stream()
        .filter(rows -> rows.twins() > 0)
        .forEach(rows -> applied.add(applied(rows.plan().spec(), 0, rows.twins())));
    return applied;
  }

  private static Applied applied(TableSpec spec, long rows, long duplicates) {
    return new Applied(spec.name(), spec.effect().word(), rows, duplicates);
  }

  private Map<Stage, Long> judge(List<StagedRows> staged, Map<TableSpec, Arrivals> arrivals)
      throws SQLException {
    Map<Stage, Long> duplicates = new HashMap<>();
    List<EventMemory.Quarantined> quarantined = new ArrayList<>();
    for (StagedRows rows : staged) {
      if (rows.stage.prefix().hasEventId() && effects.memory().isPresent()) {
        long effectId = effectIds.get(rows.spec.name());
        EventMemory.Judged judged =
            effects.memory().get().judge(connection, rows.stage, effectId, arrivals.get(rows.spec));
        duplicates.put(rows.stage, judged.duplicates());
        quarantined.addAll(judged.quarantined());
      }
    }
    if (!quarantined.isEmpty()) {
      throw new QuarantinedRecordsException(quarantined);
    }
    return duplicates;
  }
}
