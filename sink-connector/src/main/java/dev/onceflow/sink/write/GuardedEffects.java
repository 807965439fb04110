package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Effects that an event has once, however often it comes. Every statement works through its keys in
 * sorted order, so that two tasks can't deadlock over rows that are there.
 */
public final class GuardedEffects implements Effects {
  private final Tombstones tombstones;
  private final DeleteLock deleteLock;
  private final EventMemory memory;

  /**
   * The effects of one sink.
   *
   * @param run a replay's name; empty for live work
   */
  public GuardedEffects(String sink, String run, EventMemory memory) {
    this.tombstones = new Tombstones(sink);
    this.deleteLock = new DeleteLock(sink, run);
    this.memory = memory;
  }

  @Override
  public Optional<EventMemory> memory() {
    return Optional.of(memory);
  }

  @Override
  public void check(TableSpec spec, TargetTable target) {
    EffectChecks.check(spec, target);
  }

  @Override
  public List<String> sql(TableSpec spec, Stage stage) {
    if (spec.effect() instanceof Effect.Insert insert) {
      return InsertSql.statements(insert, stage);
    }
    if (spec.effect() instanceof Effect.Upsert upsert) {
      List<String> statements = new ArrayList<>();
      if (upsert.tombstones() == Effect.Tombstones.DELETE) {
        statements.add(deletes(upsert, stage));
      }
      statements.add(new UpsertSql(upsert, stage, tombstones).statement());
      return statements;
    }
    return spec.effect() instanceof Effect.Accumulate accumulate
        ? AccumulateSql.statements(accumulate, stage)
        : BatchSql.statements((Effect.Sql) spec.effect(), stage);
  }

  /** In one round trip; each statement still sees what was committed before it began. */
  private String deletes(Effect.Upsert upsert, Stage stage) {
    List<String> statements = new ArrayList<>();
    if (upsert.precedence() instanceof Precedence.ByVersion) {
      statements.add(deleteLock.sql(stage));
    }
    statements.addAll(DeleteSql.statements(upsert, stage, tombstones));
    return String.join("; ", statements);
  }
}
