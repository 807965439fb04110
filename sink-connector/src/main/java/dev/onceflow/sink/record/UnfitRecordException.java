package dev.onceflow.sink.record;

import java.util.Optional;

/**
 * A record from which no row can be made. The message names the table, the column, where the value
 * comes from, its type and the record's coordinates, and never holds the value.
 */
public final class UnfitRecordException extends RuntimeException {
  /** Why, for headers of the dead letter queue and for metrics. */
  public enum Reason {
    /** A value, or the record's shape, doesn't fit the table. */
    UNFIT,
    /** A tombstone, and nothing says what it means. */
    TOMBSTONE,
    /** No table wants it. */
    UNROUTED,
    /** Its event ID came before, with other content. */
    ALTERED,
    /** Its event ID is from a range of time whose memory was dropped: it may have been seen. */
    UNPROVABLE,
    /** Its event ID is from further in the future than can be. */
    FUTURE,
    /** The database refuses its effects. */
    REFUSED
  }

  private final Reason reason;
  private final String table;
  private final String column;

  /** Says what doesn't fit. */
  public UnfitRecordException(String message) {
    this(Reason.UNFIT, message);
  }

  /** Says what is wrong. */
  public UnfitRecordException(Reason reason, String message) {
    this(reason, null, null, message);
  }

  private UnfitRecordException(Reason reason, String table, String column, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.table = table;
    this.column = column;
  }

  /** Says what doesn't fit a column. */
  public static UnfitRecordException ofColumn(String table, String column, String message) {
    return new UnfitRecordException(Reason.UNFIT, table, column, message);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The table that it doesn't fit, where one alone is to blame. */
  public Optional<String> table() {
    return Optional.ofNullable(table);
  }

  /** That table's column. */
  public Optional<String> column() {
    return Optional.ofNullable(column);
  }
}
