package dev.onceflow.verification.nemesis;

/** No victim is free, or none came to work in time: the strike did not take place. */
public final class NothingToStrike extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was looked for
   */
  public NothingToStrike(String message) {
    super(message);
  }
}
