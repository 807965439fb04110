package dev.onceflow.streams.job;

/** The job can't start, for a reason that its operator can put right. The message says which. */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message a whole sentence for people
   */
  public JobException(String message) {
    super(message);
  }

  /**
   * @param message a whole sentence for people
   * @param cause what was thrown
   */
  public JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
