package dev.onceflow.sink.schema;

import org.apache.kafka.connect.errors.ConnectException;

/** A table that can't hold records of a schema, and that the sink may not or can't change. */
public final class SchemaMismatchException extends ConnectException {
  private static final long serialVersionUID = 1L;

  /** Says what differs and what to do. */
  public SchemaMismatchException(String message) {
    super(message);
  }

  /** Says what differs and what to do, and why the database refused it. */
  public SchemaMismatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
