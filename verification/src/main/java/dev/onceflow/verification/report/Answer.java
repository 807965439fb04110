package dev.onceflow.verification.report;

/** What a verification answers. */
public enum Answer {
  /** Looked at, and as it must be. */
  VALID(0),
  /** Looked at, and not as it must be. */
  INVALID(1),
  /** Not, or not wholly, looked at: neither of the others can be said. */
  UNKNOWN(2);

  private final int exitCode;

  Answer(int exitCode) {
    this.exitCode = exitCode;
  }

  /** What a command exits with that answers this. */
  public int exitCode() {
    return exitCode;
  }

  /**
   * This and another together: a deviation outweighs what isn't known, which outweighs the rest.
   */
  public Answer and(Answer other) {
    if (this == INVALID || other == INVALID) {
      return INVALID;
    }
    return this == UNKNOWN || other == UNKNOWN ? UNKNOWN : VALID;
  }
}
