package dev.onceflow.verification.checker;

/** What must have become of an input record. */
public enum Verdict {
  /** It took effect. */
  APPLIED,
  /** A business rule refused it. */
  REJECTED,
  /** The same ID with the same content came before. */
  DUPLICATE,
  /** The same ID came before with other content. */
  QUARANTINED,
  /** It can't be read, or is no valid payment event. */
  DLQ
}
