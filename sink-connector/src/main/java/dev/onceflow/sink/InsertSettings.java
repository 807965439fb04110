package dev.onceflow.sink;

import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.write.Effect;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of effect insert; see {@link TableSettings}. */
final class InsertSettings {
  static final String EVENT_ID = "event.id";
  static final String COLUMNS = "columns";
  static final String DEDUPE = "dedupe";
  static final List<String> KEYS = List.of(EVENT_ID, COLUMNS, DEDUPE);

  private static final String EVENT_ID_DEFAULT = "header:ce_id";
  private static final String EVENT_ID_EXPECTED =
      "expected what names an event: a field's name, field:NAME, key:NAME, header:NAME, envelope:NAME"
          + " or record:key. Records without an ID can be kept once by effect=upsert with version=arrival"
          + " and key=topic=record:topic,partition=record:partition,offset=record:offset";

  private final TableKeys keys;

  InsertSettings(TableKeys keys) {
    this.keys = keys;
  }

  Effect.Insert read(Effect.Tombstones tombstones) {
    Effect.Dedupe dedupe =
        keys.oneOf(
            DEDUPE,
            Map.of("key", Effect.Dedupe.BY_KEY, "memory", Effect.Dedupe.BY_MEMORY),
            Effect.Dedupe.BY_KEY);
    Effect.Insert insert =
        new Effect.Insert(eventId(keys), keys.optionalMappings(COLUMNS), dedupe, tombstones);
    if (!keys.hasErrors() && dedupe == Effect.Dedupe.BY_KEY && insert.eventColumn().isEmpty()) {
      keys.error(
          EVENT_ID,
          insert.eventId()
              + " goes to no column: an insert is exactly-once by its event ID's own column; give one in "
              + keys.key(COLUMNS)
              + ", or name the field that holds the ID here, or set "
              + keys.key(DEDUPE)
              + "=memory");
    }
    return insert;
  }

  /** Where the event ID stands. */
  static ValueSource eventId(TableKeys keys) {
    String text = keys.text(EVENT_ID).orElse(EVENT_ID_DEFAULT);
    return keys.parsed(EVENT_ID, text, InsertSettings::parseId, EVENT_ID_EXPECTED)
        .orElse(ValueSource.Part.KEY);
  }

  // An offset names a record only together with its topic and partition: taken for an event ID, it
  // would swallow the records of all partitions but one.
  private static Optional<ValueSource> parseId(String text) {
    return ValueSource.parse(text)
        .filter(source -> !(source instanceof ValueSource.Part) || source == ValueSource.Part.KEY);
  }
}
