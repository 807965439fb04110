package dev.onceflow.cli.audit.digest;

/** Which side of a comparison a row stands on. */
public enum Side {
  /** What there should be. */
  TOPIC,
  /** What there is. */
  TABLE
}
