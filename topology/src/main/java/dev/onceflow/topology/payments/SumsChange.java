package dev.onceflow.topology.payments;

/** By how much of an event's amount each of a payment's three sums grows when it moves on. */
enum SumsChange {
  /** They stay as they are. */
  UNCHANGED(0, 0, 0),
  /** The amount is reserved. */
  PLUS_AUTHORIZED(1, 0, 0),
  /** The amount is reserved and taken. */
  PLUS_AUTHORIZED_AND_CAPTURED(1, 1, 0),
  /** The amount is taken from what is reserved. */
  PLUS_CAPTURED(0, 1, 0),
  /** The amount is given back from what was taken. */
  PLUS_REFUNDED(0, 0, 1);

  private final int authorized;
  private final int captured;
  private final int refunded;

  SumsChange(int authorized, int captured, int refunded) {
    this.authorized = authorized;
    this.captured = captured;
    this.refunded = refunded;
  }

  /** What is added to the authorised sum. */
  long authorized(long amount) {
    return authorized * amount;
  }

  /** What is added to the captured sum. */
  long captured(long amount) {
    return captured * amount;
  }

  /** What is added to the refunded sum. */
  long refunded(long amount) {
    return refunded * amount;
  }
}
