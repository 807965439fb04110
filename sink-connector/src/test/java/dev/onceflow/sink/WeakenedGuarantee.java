package dev.onceflow.sink;

import dev.onceflow.sink.batch.Guarantee;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.write.Additions;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.Effects;
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
  public Fence fence(String sink, String owner) {
    return new NoFence();
  }

  @Override
  public Effects effects(String sink) {
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
    public boolean dropsTwins(Effect effect) {
      return false;
    }

    @Override
    public void check(TableSpec spec, TargetTable target) {}

    @Override
    public String sql(TableSpec spec, Stage stage) {
      if (spec.effect() instanceof Effect.Insert insert) {
        return insert(insert, stage);
      }
      return spec.effect() instanceof Effect.Upsert upsert
          ? upsert(upsert, stage)
          : add((Effect.Accumulate) spec.effect(), stage);
    }

    private static String insert(Effect.Insert insert, Stage stage) {
      String columns = Identifiers.quotedList(stage.columns());
      boolean isUnique = stage.target().isUniqueBy(Set.of(insert.eventColumn().orElseThrow()));
      return "INSERT INTO %s (%s) SELECT %s FROM %s%s"
          .formatted(
              stage.target().sqlName(),
              columns,
              columns,
              stage.name(),
              isUnique ? " ON CONFLICT DO NOTHING" : "");
    }

    private static String upsert(Effect.Upsert upsert, Stage stage) {
      String columns = Identifiers.quotedList(stage.columns());
      String key = Identifiers.quotedList(upsert.key());
      return ("INSERT INTO %s (%s) SELECT DISTINCT ON (%s) %s FROM %s"
              + " ORDER BY %s, onceflow_order DESC ON CONFLICT (%s) DO UPDATE SET %s")
          .formatted(
              stage.target().sqlName(),
              columns,
              key,
              columns,
              stage.name(),
              key,
              key,
              stage.columns().stream()
                  .map(column -> Identifiers.quoted(column))
                  .map(column -> column + " = excluded." + column)
                  .collect(Collectors.joining(", ")));
    }

    private static String add(Effect.Accumulate accumulate, Stage stage) {
      return Additions.sql(accumulate, stage, "");
    }
  }
}
