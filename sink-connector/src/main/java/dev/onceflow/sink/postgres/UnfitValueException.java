package dev.onceflow.sink.postgres;

/** A value that its column can't hold. The message says why, and never holds the value itself. */
public final class UnfitValueException extends RuntimeException {
  /** Says what doesn't fit, without a stack: it is thrown once for each poison record. */
  public UnfitValueException(String reason) {
    super(reason, null, false, false);
  }
}
