package dev.onceflow.sink.deadletter;

import dev.onceflow.sink.postgres.Refusal;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.record.UnfitRecordException.Reason;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Why a record can't be stored, in parts.
 *
 * @param sqlState where the database refuses it
 * @param table the table that it doesn't fit, where one alone is to blame
 * @param column that table's column
 * @param constraint that the database names
 */
public record RejectionCause(
    Reason reason,
    Optional<String> sqlState,
    Optional<String> table,
    Optional<String> column,
    Optional<String> constraint) {
  /** No row could be made of it, or nobody can say whether it was applied before. */
  public static RejectionCause of(UnfitRecordException unfit) {
    return new RejectionCause(
        unfit.reason(), Optional.empty(), unfit.table(), unfit.column(), Optional.empty());
  }

  /** The database refuses its effects. */
  public static RejectionCause of(Refusal refusal) {
    return new RejectionCause(
        Reason.REFUSED,
        Optional.of(refusal.sqlState()),
        refusal.table(),
        refusal.column(),
        refusal.constraint());
  }

  /** The reason, as metrics, headers and tables have it. */
  public String word() {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  /** Those parts that are known, by their names. */
  Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("reason", word());
    sqlState.ifPresent(text -> parts.put("sqlstate", text));
    table.ifPresent(text -> parts.put("table", text));
    column.ifPresent(text -> parts.put("column", text));
    constraint.ifPresent(text -> parts.put("constraint", text));
    return parts;
  }
}
