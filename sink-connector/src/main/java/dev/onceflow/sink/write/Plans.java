package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.schema.ColumnNaming;
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
  private final SchemaGate gate;
  private final ColumnNaming naming;
  private final RecordShape shape;
  private final String stagePrefix;
  private final Map<Name, TablePlan> plans = new HashMap<>();

  /**
   * For tables as they are described now.
   *
   * @param stagePrefix which no other plans on the same connection have
   */
  Plans(BatchWriter.Options options, Targets targets, SchemaGate gate, String stagePrefix) {
    this.tables = options.tables();
    this.effects = options.effects();
    this.incarnations = options.incarnations();
    this.naming = options.evolving().naming();
    this.shape = options.shape();
    this.targets = targets;
    this.gate = gate;
    this.stagePrefix = stagePrefix;
  }

  List<TableSpec> specs() {
    return tables.specs();
  }

  Tables.Unrouted unrouted() {
    return tables.unrouted();
  }

  RecordShape shape() {
    return shape;
  }

  SchemaGate gate() {
    return gate;
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
        name -> new TablePlan(spec, target, effects, naming, stagePrefix + plans.size()));
  }
}
