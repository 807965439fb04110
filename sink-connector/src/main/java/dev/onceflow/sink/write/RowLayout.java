package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.TextReader;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.schema.ColumnNaming;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** Which columns an effect's rows have, those that identify a row first. */
final class RowLayout {
  private final Effect effect;
  private final TargetTable target;
  private final ColumnNaming naming;
  private final List<String> identity;
  private final Stage.Prefix prefix;

  RowLayout(Effect effect, TargetTable target, ColumnNaming naming) {
    this.effect = effect;
    this.target = target;
    this.naming = naming;
    if (effect instanceof Effect.Insert insert) {
      boolean byKey = insert.dedupe() == Effect.Dedupe.BY_KEY;
      identity = byKey ? List.of(insert.eventColumn().orElseThrow()) : List.of();
      prefix = byKey ? Stage.Prefix.NONE : Stage.Prefix.EVENT;
    } else if (effect instanceof Effect.Upsert upsert) {
      identity = upsert.keyColumns();
      prefix =
          upsert.tombstones() == Effect.Tombstones.DELETE
                  || upsert.precedence() instanceof Precedence.ByPosition
              ? Stage.Prefix.POSITION
              : Stage.Prefix.ORDER;
    } else if (effect instanceof Effect.Accumulate accumulate) {
      identity = accumulate.keyColumns();
      prefix = Stage.Prefix.EVENT;
    } else {
      identity = List.of();
      prefix = Stage.Prefix.BATCH;
    }
  }

  /** The columns that identify a row; the first ones of each. */
  List<String> identity() {
    return identity;
  }

  Stage.Prefix prefix() {
    return prefix;
  }

  /** Columns that must be there and not null, whatever the table says. */
  Set<String> required() {
    Set<String> required = new HashSet<>(identity);
    Optional.ofNullable(versionColumn()).ifPresent(required::add);
    return required;
  }

  private String versionColumn() {
    return effect instanceof Effect.Upsert upsert
            && upsert.precedence() instanceof Precedence.ByVersion version
        ? version.column()
        : null;
  }

  /** Columns that the configuration names, which the table must have. */
  Set<String> named() {
    Set<String> named = new HashSet<>(required());
    named.addAll(kept());
    configured().ifPresent(mappings -> mappings.forEach(mapping -> named.add(mapping.column())));
    if (effect instanceof Effect.Accumulate accumulate) {
      accumulate.count().ifPresent(named::add);
    }
    return named;
  }

  /** Columns that the sink itself fills. */
  private List<String> kept() {
    if (effect instanceof Effect.Upsert upsert) {
      if (upsert.precedence() instanceof Precedence.ByPosition position) {
        return List.of(position.partition(), position.offset());
      }
      if (upsert.precedence() instanceof Precedence.ByVersion version) {
        return version.generation().map(Precedence.Generation::column).stream().toList();
      }
    }
    return List.of();
  }

  /** What the configuration maps, but for the key of an upsert; empty for columns of same names. */
  private Optional<List<ColumnMapping>> configured() {
    if (effect instanceof Effect.Insert insert) {
      return insert.columns();
    }
    if (effect instanceof Effect.Upsert upsert) {
      return upsert.columns();
    }
    if (effect instanceof Effect.Accumulate accumulate) {
      List<ColumnMapping> all = new ArrayList<>(accumulate.key());
      accumulate.amounts().forEach(amount -> all.add(amount.mapping()));
      return Optional.of(all);
    }
    return Optional.of(
        ((Effect.Sql) effect)
            .columns().stream()
                .map(column -> new ColumnMapping(column.name(), column.source()))
                .toList());
  }

  /** Which values of a record of that shape go where. */
  List<ColumnMapping> mappings(SinkRecord record) {
    List<ColumnMapping> first = new ArrayList<>();
    List<ColumnMapping> others = new ArrayList<>();
    if (effect instanceof Effect.Upsert upsert) {
      first.addAll(upsert.key());
    }
    for (ColumnMapping mapping : configured().orElseGet(() -> sameNames(record))) {
      if (mapping.column().equals(versionColumn())) {
        // Right behind the key, where tombstones have it, too.
        others.add(0, mapping);
      } else if (!identity.contains(mapping.column())) {
        others.add(mapping);
      } else if (!(effect instanceof Effect.Upsert)) {
        first.add(mapping);
      }
    }
    first.addAll(others);
    return first;
  }

  private List<ColumnMapping> sameNames(SinkRecord record) {
    List<ColumnMapping> mappings = new ArrayList<>();
    for (ColumnMapping mapping : fields(record)) {
      if (target.column(mapping.column()).isPresent() && !kept().contains(mapping.column())) {
        mappings.add(mapping);
      }
    }
    return mappings;
  }

  private List<ColumnMapping> fields(SinkRecord record) {
    if (record.value() instanceof Map<?, ?> map) {
      return map.keySet().stream()
          .map(Object::toString)
          .map(name -> new ColumnMapping(naming.column(name), new ValueSource.Field(name)))
          .toList();
    }
    return naming.mappings(record.valueSchema());
  }

  private static boolean isStruct(Schema schema) {
    return schema != null && schema.type() == Schema.Type.STRUCT;
  }

  /** The columns of a stage that holds nothing but tombstones. */
  List<String> tombstoneColumns() {
    List<String> columns = new ArrayList<>(identity);
    Optional.ofNullable(versionColumn()).ifPresent(columns::add);
    return columns;
  }

  /** How many of the first columns hold values in a tombstone's row. */
  int tombstoneWidth() {
    return identity.size()
        + ((Effect.Upsert) effect).tombstoneVersion().stream().mapToInt(m -> 1).sum();
  }

  /**
   * Where a tombstone has its key's columns: as other records, unless these have them in the value;
   * then the field of that name in the key, or the key itself where there is one column.
   *
   * @throws UnfitRecordException where it doesn't have them
   */
  List<ColumnMapping> tombstoneMappings(String table, SinkRecord record) {
    List<ColumnMapping> mappings = new ArrayList<>();
    for (ColumnMapping mapping : ((Effect.Upsert) effect).key()) {
      ValueSource source = mapping.source();
      if (TextReader.readsValue(source)) {
        String name = ((ValueSource.Field) source).name();
        if (isStruct(record.keySchema()) && record.keySchema().field(name) != null) {
          source = new ValueSource.KeyField(name);
        } else if (identity.size() == 1 && !isStruct(record.keySchema()) && record.key() != null) {
          source = ValueSource.Part.KEY;
        } else {
          throw new UnfitRecordException(
              UnfitRecordException.Reason.TOMBSTONE,
              "table %s: record %s is a tombstone, and its key has no %s for key column %s"
                  .formatted(table, Coordinates.text(record), name, mapping.column()));
        }
      }
      mappings.add(new ColumnMapping(mapping.column(), source));
    }
    ((Effect.Upsert) effect).tombstoneVersion().ifPresent(mappings::add);
    return mappings;
  }
}
