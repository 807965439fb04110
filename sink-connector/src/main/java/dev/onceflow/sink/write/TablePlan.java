package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.RowEncoder;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.record.ValueSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private record Schemas(Schema value, Schema key) {}

  private final TableSpec spec;
  private final TargetTable target;
  private final int number;
  private final boolean dropsTwins;
  private final Map<Schemas, Compiled> compiled = new HashMap<>();
  private final Map<List<String>, Stage> stages = new HashMap<>();

  private Schema lastValueSchema;
  private Schema lastKeySchema;
  private Compiled last;

  TablePlan(TableSpec spec, TargetTable target, Effects effects, int number) {
    this.spec = spec;
    this.target = target;
    this.number = number;
    this.dropsTwins = effects.dropsTwins(spec.effect());
    for (String column : namedColumns()) {
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

  /** Whether rows are reduced to the first one for each event ID of a batch. */
  boolean dropsTwins() {
    return dropsTwins;
  }

  /**
   * The encoder for the record's schemas.
   *
   * @throws UnfitRecordException where no such record can become a row
   */
  Compiled compiledFor(SinkRecord record) {
    // Converters hand out one schema object for many records: comparing it by identity suffices.
    if (record.valueSchema() == lastValueSchema
        && record.keySchema() == lastKeySchema
        && last != null) {
      return last;
    }
    Schemas schemas = new Schemas(record.valueSchema(), record.keySchema());
    Compiled ready = compiled.get(schemas);
    if (ready == null) {
      if (compiled.size() >= SCHEMAS_MAX) {
        compiled.clear();
      }
      ready = compile(record);
      compiled.put(schemas, ready);
    }
    last = ready;
    lastValueSchema = record.valueSchema();
    lastKeySchema = record.keySchema();
    return ready;
  }

  private Compiled compile(SinkRecord record) {
    List<ColumnMapping> mappings = mappings(record.valueSchema());
    List<String> names = mappings.stream().map(ColumnMapping::column).toList();
    RowEncoder encoder =
        RowEncoder.of(
            new RowEncoder.Layout(
                spec.name(),
                names.stream().map(name -> target.column(name).orElseThrow()).toList(),
                mappings.stream().map(ColumnMapping::source).toList(),
                required(),
                stagedEventId(),
                spec.when()),
            record);
    for (String name : required()) {
      if (!names.contains(name)) {
        throw new UnfitRecordException(
            "table %s: record %s (schema %s) has no field for column %s"
                .formatted(
                    spec.name(), Coordinates.text(record), record.valueSchema().name(), name));
      }
    }
    return new Compiled(encoder, stage(names));
  }

  private Stage stage(List<String> columns) {
    return stages.computeIfAbsent(
        columns,
        fresh ->
            new Stage(
                // Not the table's name: PostgreSQL cuts names at 63 bytes, and two might be one.
                Identifiers.quoted("onceflow_stage_" + number + "_" + stages.size()),
                spec,
                target,
                columns,
                stagedEventId().isPresent() ? Stage.EventId.STAGED : Stage.EventId.ABSENT));
  }

  private Optional<ValueSource> stagedEventId() {
    return spec.effect() instanceof Effect.Accumulate accumulate
        ? Optional.of(accumulate.eventId())
        : Optional.empty();
  }

  private List<ColumnMapping> mappings(Schema schema) {
    Optional<List<ColumnMapping>> configured;
    if (spec.effect() instanceof Effect.Insert insert) {
      configured = insert.columns();
    } else if (spec.effect() instanceof Effect.Upsert upsert) {
      configured = upsert.columns();
    } else {
      Effect.Accumulate accumulate = (Effect.Accumulate) spec.effect();
      List<ColumnMapping> all = new ArrayList<>(accumulate.key());
      all.addAll(accumulate.sums());
      return all;
    }
    return configured.orElseGet(() -> sameNames(schema));
  }

  private List<ColumnMapping> sameNames(Schema schema) {
    List<ColumnMapping> mappings = new ArrayList<>();
    if (schema != null && schema.type() == Schema.Type.STRUCT) {
      for (TargetColumn column : target.columns()) {
        if (schema.field(column.name()) != null) {
          mappings.add(new ColumnMapping(column.name(), new ValueSource.Field(column.name())));
        }
      }
    }
    return mappings;
  }

  /** Columns that must be there and not null, whatever the table says. */
  private Set<String> required() {
    if (spec.effect() instanceof Effect.Insert insert) {
      return Set.copyOf(insert.eventColumn().stream().toList());
    }
    Set<String> required = new HashSet<>();
    if (spec.effect() instanceof Effect.Upsert upsert) {
      required.addAll(upsert.key());
      required.add(upsert.version());
    } else if (spec.effect() instanceof Effect.Accumulate accumulate) {
      required.addAll(accumulate.keyColumns());
      required.addAll(accumulate.sumColumns());
    }
    return required;
  }

  private Set<String> namedColumns() {
    Set<String> named = new HashSet<>(required());
    if (spec.effect() instanceof Effect.Accumulate accumulate) {
      accumulate.count().ifPresent(named::add);
    } else {
      mappings(null).forEach(mapping -> named.add(mapping.column()));
    }
    return named;
  }
}
