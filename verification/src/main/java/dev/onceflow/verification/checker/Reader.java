package dev.onceflow.verification.checker;

/**
 * What a reader that ran during the run saw of one partition.
 *
 * @param name the reader's
 */
public record Reader(String name, Isolation isolation, SeenLog seen) {
  /** Which records the reader asked for. */
  public enum Isolation {
    /** Those of committed transactions. */
    COMMITTED,
    /** All. */
    UNCOMMITTED
  }
}
