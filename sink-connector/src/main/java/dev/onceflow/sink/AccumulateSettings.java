package dev.onceflow.sink;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.write.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of effect accumulate; see {@link TableSettings}. */
final class AccumulateSettings {
  static final String KEY = "key";
  static final String SUM = "sum";
  static final String MIN = "min";
  static final String MAX = "max";
  static final String COUNT = "count";
  static final List<String> KEYS = List.of(InsertSettings.EVENT_ID, KEY, SUM, MIN, MAX, COUNT);

  private final TableKeys keys;

  AccumulateSettings(TableKeys keys) {
    this.keys = keys;
  }

  Effect.Accumulate read(Effect.Tombstones tombstones) {
    ValueSource eventId = InsertSettings.eventId(keys);
    List<ColumnMapping> key =
        keys.mappings(KEY, keys.required(KEY, "expected the columns that identify a row"));
    List<Effect.Amount> amounts = new ArrayList<>();
    add(SUM, Effect.Total.SUM, amounts);
    add(MIN, Effect.Total.MIN, amounts);
    add(MAX, Effect.Total.MAX, amounts);
    Optional<String> count = keys.text(COUNT);
    if (amounts.isEmpty() && count.isEmpty()) {
      keys.error(SUM, "expected columns to add to, here or in " + keys.key(COUNT));
    }
    List<String> columns = new ArrayList<>();
    key.forEach(mapping -> columns.add(mapping.column()));
    amounts.forEach(amount -> columns.add(amount.mapping().column()));
    count.ifPresent(columns::add);
    columns.stream()
        .distinct()
        .filter(column -> columns.indexOf(column) != columns.lastIndexOf(column))
        .forEach(
            column ->
                keys.error(
                    KEY, "column " + column + " stands twice in key, sum, min, max and count"));
    return new Effect.Accumulate(eventId, key, List.copyOf(amounts), count, tombstones);
  }

  private void add(String suffix, Effect.Total total, List<Effect.Amount> amounts) {
    keys.optionalMappings(suffix)
        .ifPresent(mappings -> mappings.forEach(m -> amounts.add(new Effect.Amount(m, total))));
  }
}
