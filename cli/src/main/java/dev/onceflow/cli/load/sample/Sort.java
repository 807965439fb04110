package dev.onceflow.cli.load.sample;

/** What a generated record is, and so what must become of it. */
public enum Sort {
  /** A step that the payment's state allows. */
  LEGAL(Outcome.APPLIED),
  /** A step that the payment's state doesn't allow. */
  ILLEGAL(Outcome.REJECTED),
  /** The record again, one to three records later. */
  DUPLICATE_NEAR(Outcome.DUPLICATE),
  /** The record again, tens of thousands of records later (in a short run: as far as it goes). */
  DUPLICATE_FAR(Outcome.DUPLICATE),
  /** The record again after a producer's time-out, some dozens of records later. */
  RETRY(Outcome.DUPLICATE),
  /** An event ID that was there already, with another amount. */
  ALTERED(Outcome.QUARANTINED),
  /** A readable event that breaks the contract: amount zero, unknown currency. */
  INVALID(Outcome.DEAD_LETTER),
  /** Bytes that can't be read. */
  UNDECODABLE(Outcome.DEAD_LETTER);

  private final Outcome outcome;

  Sort(Outcome outcome) {
    this.outcome = outcome;
  }

  /** What must become of it when it is loaded for the first time. */
  public Outcome outcome() {
    return outcome;
  }

  /** What can become of a record. */
  public enum Outcome {
    /** It has its effects. */
    APPLIED,
    /** A business rule said no. */
    REJECTED,
    /** It was there already. */
    DUPLICATE,
    /** Its ID was there already with other content. */
    QUARANTINED,
    /** It can't be read or processed. */
    DEAD_LETTER
  }
}
