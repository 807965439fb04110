package dev.onceflow.sink;

import dev.onceflow.sink.batch.Guarantee;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.write.AccumulateSql;
import dev.onceflow.sink.write.BatchSql;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.Effects;
import dev.onceflow.sink.write.EventMemory;
import dev.onceflow.sink.write.Stage;
import dev.onceflow.sink.write.TableSpec;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** Effects as often as Connect delivers: what most sinks do. */
final class WeakenedGuarantee implements Guarantee {
  @Override
  public Fence fence(String sink, String run, String owner) {
    return new NoFence();
  }

  @Override
  public Effects effects(String sink, String run, MemoryLimits limits) {
    return new PlainEffects();
  }

  /** Keeps nothing: Connect's own offsets hold, and nobody is fenced out. */
  private static final class NoFence implements Fence {
    @Override
    public boolean isKept() {
      return false;
    }

    @Override
    public Optional<FenceRow> claim(
        Connection connection, TopicPartition partition, Optional<UUID> topicId) {
      return Optional.empty();
    }

    @Override
    public FenceRow create(
        Connection connection, TopicPartition partition, long nextOffset, Optional<UUID> topicId) {
      throw new IllegalStateException("no fence is kept");
    }

    @Override
    public List<Advance> advance(Connection connection, List<Advance> advances) {
      return List.of();
    }

    @Override
    public boolean skip(Connection connection, Advance advance) {
      return true;
    }

    @Override
    public Optional<FenceRow> read(Connection connection, TopicPartition partition) {
      return Optional.empty();
    }

    @Override
    public boolean isMine(FenceRow row, long epoch) {
      return true;
    }
  }

  /**
   * Appends, overwrites, adds. Where a unique key would stop the job, the table protects itself.
   */
  private static final class PlainEffects implements Effects {
    @Override
    public Optional<EventMemory> memory() {
      return Optional.empty();
    }

    @Override
    public void check(TableSpec spec, TargetTable target) {}

    @Override
    public List<String> sql(TableSpec spec, Stage stage) {
      if (spec.effect() instanceof Effect.Insert insert) {
        return List.of(insert(insert, stage));
      }
      if (spec.effect() instanceof Effect.Upsert upsert) {
        return upsert.tombstones() == Effect.Tombstones.DELETE
            ? List.of(delete(upsert, stage), upsert(upsert, stage))
            : List.of(upsert(upsert, stage));
      }
      return spec.effect() instanceof Effect.Accumulate accumulate
          ? AccumulateSql.statements(accumulate, stage)
          : BatchSql.statements((Effect.Sql) spec.effect(), stage);
    }

    private static String insert(Effect.Insert insert, Stage stage) {
      boolean isUnique =
          insert.eventColumn().filter(c -> stage.target().isUniqueBy(Set.of(c))).isPresent();
      return "INSERT INTO %s (%s) SELECT %s FROM %s%s"
          .formatted(
              stage.target().sqlName(),
              stage.columnList(),
              stage.columnList(),
              stage.relation(),
              isUnique ? " ON CONFLICT DO NOTHING" : "");
    }

    /** Deletes what each key's last record deletes, whatever was there, and unstages such keys. */
    private static String delete(Effect.Upsert upsert, Stage stage) {
      String key = Identifiers.quotedList(upsert.keyColumns());
      return ("WITH last AS (SELECT DISTINCT ON (%1$s) * FROM %2$s ORDER BY %1$s, onceflow_order DESC),"
              + " doomed AS (SELECT * FROM last WHERE onceflow_deleted),"
              + " gone AS (DELETE FROM %3$s WHERE (%1$s) IN (SELECT %1$s FROM doomed))"
              + " DELETE FROM %4$s WHERE onceflow_deleted"
              + " OR onceflow_order IN (SELECT onceflow_order FROM %2$s WHERE (%1$s) IN (SELECT %1$s FROM doomed))")
          .formatted(key, stage.relation(), stage.target().sqlName(), stage.name());
    }

    private static String upsert(Effect.Upsert upsert, Stage stage) {
      String columns = stage.columnList();
      String key = Identifiers.quotedList(upsert.keyColumns());
      return ("INSERT INTO %s (%s) SELECT DISTINCT ON (%s) %s FROM %s"
              + " ORDER BY %s, onceflow_order DESC ON CONFLICT (%s) DO UPDATE SET %s")
          .formatted(
              stage.target().sqlName(),
              columns,
              key,
              columns,
              stage.relation(),
              key,
              key,
              stage.columns().stream()
                  .map(column -> Identifiers.quoted(column))
                  .map(column -> column + " = excluded." + column)
                  .collect(Collectors.joining(", ")));
    }
  }
}
