package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;
import static dev.onceflow.sink.postgres.Identifiers.quotedList;

import java.util.stream.Collectors;

/** What the statements that delete are put together from. */
record DeleteParts(Effect.Upsert upsert, Stage stage, Tombstones tombstones) {
  String key() {
    return quotedList(upsert.keyColumns());
  }

  String keyText(String alias) {
    return KeyText.of(stage.target(), upsert.keyColumns(), alias);
  }

  String qualified(String alias) {
    return upsert.keyColumns().stream()
        .map(column -> alias + "." + quoted(column))
        .collect(Collectors.joining(", "));
  }

  String joined(String left, String right) {
    return upsert.keyColumns().stream()
        .map(column -> "%1$s.%3$s = %2$s.%3$s".formatted(left, right, quoted(column)))
        .collect(Collectors.joining(" AND "));
  }

  /** {@code last}: each key's last delete. */
  String last() {
    return last("", Stage.ORDER);
  }

  /** {@code last}: each key's delete that is highest by an order. */
  String last(String more, String order) {
    return ("last AS (SELECT DISTINCT ON (%1$s) %1$s, %2$s, %3$s, %4$s%5$s FROM %6$s WHERE %7$s"
            + " ORDER BY %1$s, %8$s DESC)")
        .formatted(
            key(),
            Stage.ORDER,
            Stage.POSITION,
            Stage.OFFSET,
            more,
            stage.relation(),
            Stage.DELETED,
            order);
  }

  /** {@code held}: their rows, locked in the order of keys, so that two tasks can't deadlock. */
  String held(String more, String where) {
    return "held AS (SELECT %s%s FROM %s AS target JOIN last ON %s%s ORDER BY %s FOR UPDATE OF target)"
        .formatted(
            qualified("target"),
            more,
            stage.target().sqlName(),
            joined("target", "last"),
            where,
            qualified("target"));
  }

  /** Deletes the rows that are held. */
  String deleteHeld() {
    return "DELETE FROM %s AS target USING held WHERE %s"
        .formatted(stage.target().sqlName(), joined("target", "held"));
  }

  String insertTombstones(String from, String versionAndGeneration) {
    return (" INSERT INTO %1$s AS t (%2$s, version, generation, log_offset)"
            + " SELECT %3$s, %4$s, %6$s.%7$s, %5$s, %6$s.%8$s FROM %6$s ORDER BY 4"
            + " ON CONFLICT (%2$s) DO UPDATE SET deleted_at = excluded.deleted_at,"
            + " log_offset = greatest(t.log_offset, excluded.log_offset)")
        .formatted(
            Tombstones.TABLE,
            Tombstones.KEY,
            tombstones.owner(stage.target()),
            keyText(from),
            versionAndGeneration,
            from,
            Stage.POSITION,
            Stage.OFFSET);
  }

  /** Takes deletes from the stage, and what they make void: the rows before a key's last one. */
  String dropWhatDeletesMakeVoid() {
    return ("WITH %1$s DELETE FROM %2$s WHERE %3$s IN (SELECT staged.%3$s FROM %4$s"
            + " JOIN last ON %5$s WHERE staged.%3$s <= last.%3$s)")
        .formatted(last(), stage.name(), Stage.ORDER, stage.relation(), joined("staged", "last"));
  }
}
