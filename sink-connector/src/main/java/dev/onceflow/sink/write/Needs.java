package dev.onceflow.sink.write;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.schema.TableNeeds;
import dev.onceflow.sink.schema.TableNeeds.Fields;
import dev.onceflow.sink.schema.TableNeeds.Needed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an effect needs of its table, for {@code schema.evolution}. */
final class Needs {
  private static final String COUNTED = "bigint NOT NULL DEFAULT 0";
  private static final String NUMBERED = "bigint";
  private static final String NAMED = "text";
  private static final String GENERATED = "integer NOT NULL DEFAULT 0";

  private Needs() {}

  /** Empty for effects whose tables are the user's own business. */
  static Optional<TableNeeds> of(TableSpec spec, String target) {
    List<Needed> columns = new ArrayList<>();
    if (spec.effect() instanceof Effect.Insert insert) {
      add(columns, insert.columns());
      List<String> key =
          insert.dedupe() == Effect.Dedupe.BY_KEY
              ? insert.eventColumn().stream().toList()
              : List.of();
      return Optional.of(
          new TableNeeds(spec.name(), target, columns, fields(insert.columns()), key));
    }
    if (spec.effect() instanceof Effect.Upsert upsert) {
      add(columns, Optional.of(upsert.key()));
      add(columns, upsert.columns());
      addKept(columns, upsert.precedence());
      return Optional.of(
          new TableNeeds(
              spec.name(), target, columns, fields(upsert.columns()), upsert.keyColumns()));
    }
    if (spec.effect() instanceof Effect.Accumulate accumulate) {
      add(columns, Optional.of(accumulate.key()));
      for (Effect.Amount amount : accumulate.amounts()) {
        ColumnMapping mapping = amount.mapping();
        columns.add(
            amount.total() == Effect.Total.SUM
                ? new TableNeeds.Total(mapping.column(), mapping.source())
                : new TableNeeds.Value(mapping.column(), mapping.source()));
      }
      accumulate.count().ifPresent(count -> columns.add(new TableNeeds.Own(count, COUNTED)));
      return Optional.of(
          new TableNeeds(spec.name(), target, columns, Fields.NAMED, accumulate.keyColumns()));
    }
    return Optional.empty();
  }

  private static Fields fields(Optional<List<ColumnMapping>> configured) {
    return configured.isPresent() ? Fields.NAMED : Fields.ALL;
  }

  private static void add(List<Needed> columns, Optional<List<ColumnMapping>> mappings) {
    mappings
        .orElse(List.of())
        .forEach(mapping -> columns.add(new TableNeeds.Value(mapping.column(), mapping.source())));
  }

  private static void addKept(List<Needed> columns, Precedence precedence) {
    if (precedence instanceof Precedence.ByPosition position) {
      columns.add(new TableNeeds.Own(position.partition(), NAMED));
      columns.add(new TableNeeds.Own(position.offset(), NUMBERED));
    } else if (precedence instanceof Precedence.ByVersion version) {
      version
          .generation()
          .ifPresent(generation -> columns.add(new TableNeeds.Own(generation.column(), GENERATED)));
    }
  }
}
