package dev.onceflow.sink.failure;

/** Something that the sink needs can't be reached now; the same may go well later. */
public class TroubleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what can't be done, and why. */
  public TroubleException(String message, Throwable cause) {
    super(message, cause);
  }
}
