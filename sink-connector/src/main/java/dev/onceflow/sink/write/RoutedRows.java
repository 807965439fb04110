package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.route.Selector;
import dev.onceflow.sink.route.TargetNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** One configured table's rows in one batch, by the target that they are for. */
final class RoutedRows {
  /** What became of a record. */
  enum Outcome {
    /** The table doesn't want it. */
    UNWANTED,
    /** It has what it wanted. */
    TAKEN,
    /** The batch must end before it. */
    BATCH_MUST_END
  }

  private final TableSpec spec;
  private final Plans plans;
  private final Positions positions;
  private final SeenInBatch seen = new SeenInBatch();
  private final Arrivals arrivals = new Arrivals();
  private final Map<String, TableRows> byTarget = new HashMap<>();

  private String topic;
  private Schema valueSchema;
  private Schema keySchema;
  private boolean isTombstone;
  private Selector selector;
  private TargetNames names;
  private TableRows lastAppended;

  RoutedRows(TableSpec spec, Plans plans, Positions positions) {
    this.spec = spec;
    this.plans = plans;
    this.positions = positions;
  }

  boolean takes(String name) {
    return spec.topics().takes(name);
  }

  /**
   * Adds the record's row, where the table wants the record.
   *
   * @param order the record's place in its batch
   * @param arrivalMs when it came
   * @throws UnfitRecordException where it wants it and can't hold it; call {@link #undo} then
   */
  Outcome append(SinkRecord record, int order, long arrivalMs) {
    lastAppended = null;
    seen.mark();
    route(record);
    if (!selector.selects(record)) {
      return Outcome.UNWANTED;
    }
    if (record.value() == null && spec.effect().tombstones() != Effect.Tombstones.DELETE) {
      refuseTombstone(record);
      return Outcome.TAKEN;
    }
    String name = names.of(record);
    if (!plans.gate().isOpen(spec, name, record)) {
      return Outcome.BATCH_MUST_END;
    }
    TableRows rows = byTarget.get(name);
    if (rows == null) {
      if (!plans.targets().isDescribed(name)) {
        return Outcome.BATCH_MUST_END;
      }
      rows = new TableRows(plans.plan(spec, target(name, record)), seen, positions, arrivals);
      byTarget.put(name, rows);
    }
    lastAppended = rows;
    return rows.append(record, order, arrivalMs) ? Outcome.TAKEN : Outcome.BATCH_MUST_END;
  }

  /** Names are looked up once for each run of records of one topic and one schema. */
  private void route(SinkRecord record) {
    String name = Coordinates.topic(record);
    boolean isKnown =
        selector != null
            && record.valueSchema() == valueSchema
            && record.keySchema() == keySchema
            && (record.value() == null) == isTombstone
            && name.equals(topic);
    if (!isKnown) {
      selector = null;
      Selector fresh = Selector.of(spec.when(), record);
      List<String> groups = spec.topics().groups(name).orElseThrow();
      names = new TargetNames(spec.name(), spec.target(), groups, record);
      selector = fresh;
      topic = name;
      valueSchema = record.valueSchema();
      keySchema = record.keySchema();
      isTombstone = record.value() == null;
    }
  }

  private void refuseTombstone(SinkRecord record) {
    if (spec.effect().tombstones() == Effect.Tombstones.REFUSED) {
      boolean canDelete = spec.effect() instanceof Effect.Upsert;
      throw new UnfitRecordException(
          UnfitRecordException.Reason.TOMBSTONE,
          "table %1$s: record %2$s is a tombstone; set %3$stable.%1$s.tombstones=ignore to pass over such records"
              .formatted(
                  spec.name(),
                  Coordinates.text(record),
                  canDelete
                      ? "table." + spec.name() + ".delete=true to delete the row of its key, or "
                      : ""));
    }
  }

  private TargetTable target(String name, SinkRecord record) {
    return plans
        .targets()
        .find(name)
        .orElseThrow(
            () ->
                new UnfitRecordException(
                    "table %s: record %s is for table %s, which isn't in the database, or the role can't see it"
                        .formatted(spec.name(), Coordinates.text(record), name)));
  }

  /** Takes back what the last {@link #append} did, whole or in part. */
  void undo() {
    seen.undo();
    if (lastAppended != null) {
      lastAppended.undo();
      lastAppended = null;
    }
  }

  void clear() {
    seen.clear();
    arrivals.clear();
    byTarget.values().forEach(TableRows::clear);
  }

  TableSpec spec() {
    return spec;
  }

  Arrivals arrivals() {
    return arrivals;
  }

  Collection<TableRows> tables() {
    return byTarget.values();
  }
}
