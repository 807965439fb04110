package dev.onceflow.streams.verdict;

/** What became of an input record. Every record that is read ends in exactly one of these. */
public enum Outcome {
  /** It took effect. */
  APPLIED(1),
  /** A business rule said no, and the refusal was published. */
  REJECTED(2),
  /** It was applied or rejected before, with the same content; nothing was done. */
  DUPLICATE(3),
  /** It can't be decided; it went whole to the quarantine topic. */
  QUARANTINED(4),
  /** It can't be read or processed; it went whole to the dead letter topic. */
  DLQ(5);

  private static final Outcome[] BY_CODE = {null, APPLIED, REJECTED, DUPLICATE, QUARANTINED, DLQ};

  private final byte code;

  Outcome(int code) {
    this.code = (byte) code;
  }

  /** The outcome as it is stored; a code never changes its meaning. */
  public byte code() {
    return code;
  }

  /**
   * The outcome with this code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Outcome ofCode(byte code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new IllegalArgumentException(
          "Outcome code %d is unknown; known are 1 to %d".formatted(code, BY_CODE.length - 1));
    }
    return BY_CODE[code];
  }
}
