package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.postgres.UnfitValueException;
import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.RowEncoder;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.record.ValueSource;
import java.sql.Connection;
import java.sql.SQLException;
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
 * One target table's part in a batch. Lives with one connection, since what it knows of the table
 * may be other after a reconnect. Not thread-safe.
 */
final class TableWriter {
  /** Beyond that many schemas, which no sane topic has, the encoders are made again. */
  private static final int SCHEMAS_MAX = 100;

  private record Schemas(Schema value, Schema key) {}

  private record Compiled(RowEncoder encoder, StageWriter writer) {}

  private final TableSpec spec;
  private final TargetTable target;
  private final Effects effects;
  private final int number;
  private final boolean dropsTwins;
  private final Map<Schemas, Compiled> compiled = new HashMap<>();
  private final Map<List<String>, StageWriter> stages = new HashMap<>();
  private final List<StageWriter> stagesInOrder = new ArrayList<>();
  private final Set<String> eventIds = new HashSet<>();

  private Schema lastValueSchema;
  private Schema lastKeySchema;
  private Compiled last;
  private StageWriter lastAppended;
  private String lastEventId;

  TableWriter(TableSpec spec, TargetTable target, Effects effects, int number) {
    this.spec = spec;
    this.target = target;
    this.effects = effects;
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

  /**
   * Adds the record's row, where the table wants the record.
   *
   * @throws UnfitRecordException where it wants it and can't hold it; call {@link #undo} then
   */
  void append(SinkRecord record, int order) {
    lastAppended = null;
    lastEventId = null;
    if (record.value() == null) {
      throw new UnfitRecordException(
          "table %s: record %s is a tombstone, and effect delete isn't built yet"
              .formatted(spec.name(), Coordinates.text(record)));
    }
    Compiled ready = compiledFor(record);
    if (!ready.encoder.selects(record)) {
      return;
    }
    StageWriter writer = ready.writer;
    String eventId = null;
    if (writer.stage().eventId() == Stage.EventId.STAGED) {
      eventId = ready.encoder.eventId(record);
      // Joined to what RETURNING gives, twins of one batch would both count.
      if (dropsTwins && !eventIds.add(eventId)) {
        return;
      }
      lastEventId = eventId;
    }
    writer.buffer().beginRow(writer.stage().width());
    lastAppended = writer;
    writer.buffer().putInt4(order);
    if (eventId != null) {
      putEventId(writer, eventId, record);
    }
    ready.encoder.encode(record, writer.buffer());
  }

  private void putEventId(StageWriter writer, String eventId, SinkRecord record) {
    try {
      writer.buffer().putText(eventId);
    } catch (UnfitValueException e) {
      throw new UnfitRecordException(
          "table %s: the event ID of record %s %s"
              .formatted(spec.name(), Coordinates.text(record), e.getMessage()));
    }
  }

  /** Takes back what the last {@link #append} did, whole or in part. */
  void undo() {
    if (lastAppended != null) {
      lastAppended.buffer().undoRow();
      lastAppended = null;
    }
    if (lastEventId != null) {
      eventIds.remove(lastEventId);
      lastEventId = null;
    }
  }

  void clear() {
    eventIds.clear();
    stagesInOrder.forEach(writer -> writer.buffer().clear());
  }

  long bytes() {
    long bytes = 0;
    for (StageWriter writer : stagesInOrder) {
      bytes += writer.buffer().size();
    }
    return bytes;
  }

  boolean createStages(Connection connection) throws SQLException {
    boolean created = false;
    for (StageWriter writer : stagesInOrder) {
      created |= writer.createIfMissing(connection);
    }
    return created;
  }

  void copy(Connection connection) throws SQLException {
    for (StageWriter writer : stagesInOrder) {
      writer.copy(connection);
    }
  }

  void applyEffects() throws SQLException {
    for (StageWriter writer : stagesInOrder) {
      writer.applyEffect();
    }
  }

  private Compiled compiledFor(SinkRecord record) {
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
    return new Compiled(encoder, stageWriter(names));
  }

  private StageWriter stageWriter(List<String> columns) {
    return stages.computeIfAbsent(
        columns,
        fresh -> {
          // Not the table's name: PostgreSQL cuts names at 63 bytes, and two might then be one.
          String name = Identifiers.quoted("onceflow_stage_" + number + "_" + stages.size());
          Stage stage =
              new Stage(
                  name,
                  target,
                  columns,
                  stagedEventId().isPresent() ? Stage.EventId.STAGED : Stage.EventId.ABSENT);
          StageWriter writer = new StageWriter(stage, effects.sql(spec, stage));
          stagesInOrder.add(writer);
          return writer;
        });
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
