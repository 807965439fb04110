package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/** Whether a table can hold an effect exactly once. */
final class EffectChecks {
  private EffectChecks() {}

  static void check(TableSpec spec, TargetTable target) {
    if (spec.effect() instanceof Effect.Insert insert) {
      if (insert.dedupe() == Effect.Dedupe.BY_KEY) {
        checkUnique(
            spec,
            target,
            List.of(insert.eventColumn().orElseThrow()),
            ", or set table." + spec.name() + ".dedupe=memory");
      }
    } else if (spec.effect() instanceof Effect.Upsert upsert) {
      checkUnique(spec, target, upsert.keyColumns(), "");
      checkPosition(spec, target, upsert.precedence());
    } else if (spec.effect() instanceof Effect.Accumulate accumulate) {
      checkUnique(spec, target, accumulate.keyColumns(), "");
    }
  }

  private static void checkUnique(
      TableSpec spec, TargetTable target, List<String> key, String otherwise) {
    if (!target.isUniqueBy(Set.copyOf(key))) {
      throw new ConnectException(
          ("table %s: rows must be unique by exactly (%s) for exactly-once effects, but the table has"
                  + " the unique keys %s; add a primary key or a unique constraint on these columns,"
                  + " neither deferrable nor partial%s")
              .formatted(spec.name(), String.join(", ", key), target.uniqueKeys(), otherwise));
    }
    for (String column : key) {
      if (!target.column(column).map(TargetColumn::exactCollation).orElse(true)) {
        throw new ConnectException(
            "table %s: key column %s has a nondeterministic collation, under which different IDs are equal; give it a deterministic one"
                .formatted(spec.name(), column));
      }
    }
  }

  private static void checkPosition(TableSpec spec, TargetTable target, Precedence precedence) {
    if (precedence instanceof Precedence.ByPosition position) {
      checkType(spec, target, position.partition(), ColumnType.TEXT);
      checkType(spec, target, position.offset(), ColumnType.INT8);
    }
  }

  private static void checkType(TableSpec spec, TargetTable target, String name, ColumnType type) {
    TargetColumn column = target.column(name).orElseThrow();
    if (!column.type().filter(type::equals).isPresent()) {
      throw new ConnectException(
          "table %s: column %s, which keeps a row's position, has type %s; it must be %s"
              .formatted(
                  spec.name(),
                  name,
                  column.declared(),
                  type == ColumnType.INT8 ? "bigint" : "text"));
    }
  }
}
