package dev.onceflow.verification.checker;

/** What must have become of an input record. */
public enum Verdict {
  /** It took effect. */
  APPLIED,
  /** A business rule refused it. */
  REJECTED,
  /** The same ID with the same content came before. */
  DUPLICATE,
  /** It can't be decided: altered, unprovable, or from the future. */
  QUARANTINED,
  /** It can't be read, is no valid payment event, or leads to too large a record. */
  DLQ
}
