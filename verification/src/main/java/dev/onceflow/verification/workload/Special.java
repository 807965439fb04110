package dev.onceflow.verification.workload;

/** What is special about a planned record. */
public enum Special {
  /** A step of a payment, allowed or not. */
  NORMAL,
  /** The same event again, soon after. */
  DUPLICATE_NEAR,
  /** The same event again, long after: behind restarts, before or behind the horizon's edge. */
  DUPLICATE_FAR,
  /** The same event ID again with another amount. */
  ALTERED,
  /** Sent in a transaction that is aborted: nobody who reads committed records may see it. */
  ABORTED,
  /** Bytes that are no event, or an event that is none. */
  POISON,
  /** Far larger than what is usual. */
  OVERSIZE,
  /** Its times are off: an ID from last year or from the future, a day that is far away. */
  SKEWED
}
