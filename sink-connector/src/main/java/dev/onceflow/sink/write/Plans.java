package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The plans of all tables and their targets. Used by the thread that encodes, and by no other. */
final class Plans {
  private record Name(String spec, String target) {}

  private final Tables tables;
  private final Effects effects;
  private final Targets targets;
  private final Incarnations incarnations;
  private final Map<Name, TablePlan> plans = new HashMap<>();

  Plans(Tables tables, Effects effects, Targets targets, Incarnations incarnations) {
    this.tables = tables;
    this.effects = effects;
    this.targets = targets;
    this.incarnations = incarnations;
  }

  List<TableSpec> specs() {
    return tables.specs();
  }

  Tables.Unrouted unrouted() {
    return tables.unrouted();
  }

  Targets targets() {
    return targets;
  }

  Positions newPositions() {
    return new Positions(incarnations);
  }

  /**
   * The plan for a target that was described.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException where it can't hold the effect
   */
  TablePlan plan(TableSpec spec, TargetTable target) {
    return plans.computeIfAbsent(
        new Name(spec.name(), target.name()),
        name -> new TablePlan(spec, target, effects, plans.size()));
  }
}
