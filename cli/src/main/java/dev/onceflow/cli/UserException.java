package dev.onceflow.cli;

/**
 * An expected failure, with a message for the person at the terminal: what happened, which value,
 * what to do. The launcher prints the message alone, without a stack trace.
 */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message a whole sentence for people
   */
  public UserException(String message) {
    super(message);
  }

  /**
   * @param message a whole sentence for people
   * @param cause shown with {@code --verbose} only
   */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
