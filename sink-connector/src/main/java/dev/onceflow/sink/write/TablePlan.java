package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.RowEncoder;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.schema.ColumnNaming;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * How records become rows of one target table. Lives with one connection, since what it knows of
 * the table may be other after a reconnect; used by the thread that encodes, and by no other.
 */
final class TablePlan {
  /** Beyond that many schemas, which no sane topic has, the encoders are made again. */
  private static final int SCHEMAS_MAX = 100;

  /** The encoder for records of one schema, and where their rows are staged. */
  record Compiled(RowEncoder encoder, Stage stage) {}

  /** What rows are made alike from; names only where no schema has them. */
  private record Shape(Schema value, Schema key, Set<?> names) {}

  private final TableSpec spec;
  private final TargetTable target;
  private final Effects effects;
  private final RowLayout layout;
  private final String stagePrefix;
  private final Map<Shape, Compiled> compiled = new HashMap<>();
  private final Map<Schema, RowEncoder> tombstones = new HashMap<>();
  private final Map<List<String>, Stage> stages = new HashMap<>();

  private Schema lastValueSchema;
  private Schema lastKeySchema;
  private Compiled last;

  TablePlan(
      TableSpec spec,
      TargetTable target,
      Effects effects,
      ColumnNaming naming,
      String stagePrefix) {
    this.spec = spec;
    this.target = target;
    this.effects = effects;
    this.stagePrefix = stagePrefix;
    this.layout = new RowLayout(spec.effect(), target, naming);
    for (String column : layout.named()) {
      if (target.column(column).isEmpty()) {
        throw new ConnectException(
            "table %s has no column %s that can be written; its columns are %s"
                .formatted(
                    spec.name(),
                    column,
                    target.columns().stream().map(TargetColumn::name).toList()));
      }
    }
    effects.check(spec, target);
  }

  TableSpec spec() {
    return spec;
  }

  TargetTable target() {
    return target;
  }

  RowLayout layout() {
    return layout;
  }

  /** How much later than its record the time inside of an event ID may be, in milliseconds. */
  long skewMaxMs() {
    return effects.memory().map(EventMemory::skewMaxMs).orElse(Long.MAX_VALUE);
  }

  /** Whether rows are reduced to the first one for each event of a batch. */
  boolean dropsTwins() {
    return effects.memory().isPresent();
  }

  /**
   * The encoder for the record's schemas.
   *
   * @throws UnfitRecordException where no such record can become a row
   */
  Compiled compiledFor(SinkRecord record) {
    boolean hasNames = record.value() instanceof Map;
    // Converters hand out one schema object for many records: comparing it by identity suffices.
    if (record.valueSchema() == lastValueSchema
        && record.keySchema() == lastKeySchema
        && last != null
        && !hasNames) {
      return last;
    }
    Shape shape =
        new Shape(
            record.valueSchema(),
            record.keySchema(),
            hasNames ? Set.copyOf(((Map<?, ?>) record.value()).keySet()) : Set.of());
    Compiled ready = compiled.get(shape);
    if (ready == null) {
      if (compiled.size() >= SCHEMAS_MAX) {
        compiled.clear();
      }
      ready = compile(record);
      compiled.put(shape, ready);
    }
    last = ready;
    lastValueSchema = record.valueSchema();
    lastKeySchema = record.keySchema();
    return ready;
  }

  private Compiled compile(SinkRecord record) {
    List<ColumnMapping> mappings = layout.mappings(record);
    List<String> names = mappings.stream().map(ColumnMapping::column).toList();
    RowEncoder encoder = encoder(mappings, record);
    for (String name : layout.required()) {
      if (!names.contains(name)) {
        throw new UnfitRecordException(
            "table %s: record %s (schema %s) has no field for column %s"
                .formatted(
                    spec.name(),
                    Coordinates.text(record),
                    record.valueSchema() == null ? "none" : record.valueSchema().name(),
                    name));
      }
    }
    return new Compiled(encoder, stage(names));
  }

  private RowEncoder encoder(List<ColumnMapping> mappings, SinkRecord record) {
    return RowEncoder.of(
        new RowEncoder.Layout(
            spec.name(),
            mappings.stream().map(m -> target.column(m.column()).orElseThrow()).toList(),
            mappings.stream().map(ColumnMapping::source).toList(),
            layout.required(),
            spec.effect().rememberedId()),
        record);
  }

  /** The encoder for the key's columns of a tombstone. */
  RowEncoder tombstoneEncoder(SinkRecord record) {
    RowEncoder ready = tombstones.get(record.keySchema());
    if (ready == null) {
      ready = encoder(layout.tombstoneMappings(spec.name(), record), record);
      tombstones.put(record.keySchema(), ready);
    }
    return ready;
  }

  /**
   * Where a tombstone is staged, if the batch says nothing better: with the rows that came last.
   */
  Stage tombstoneStage() {
    return last == null ? stage(layout.tombstoneColumns()) : last.stage();
  }

  private Stage stage(List<String> columns) {
    return stages.computeIfAbsent(
        columns,
        fresh ->
            new Stage(
                // Not the table's name: PostgreSQL cuts names at 63 bytes, and two might be one.
                Identifiers.quoted(stagePrefix + "_" + stages.size()),
                target,
                layout.prefix(),
                columns));
  }
}
