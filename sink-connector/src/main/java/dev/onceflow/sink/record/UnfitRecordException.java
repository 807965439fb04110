package dev.onceflow.sink.record;

/**
 * A record from which no row can be made. The message names the table, the column, where the value
 * comes from, its type and the record's coordinates, and never holds the value.
 */
public final class UnfitRecordException extends RuntimeException {
  /** Says what doesn't fit. */
  public UnfitRecordException(String message) {
    super(message, null, false, false);
  }
}
