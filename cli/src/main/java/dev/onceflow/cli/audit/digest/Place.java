package dev.onceflow.cli.audit.digest;

/**
 * Where a row stands, as far as it is known.
 *
 * @param partition of the topic; {@value #NOWHERE} if not known
 * @param offset in the partition
 * @param inSight of a row: whether the other side can be expected to show it, too, which rows are
 *     not whose records the topic no longer holds, or an earlier audit has covered; of a record:
 *     whether this audit covers it
 */
public record Place(int partition, long offset, boolean inSight) {
  private static final int NOWHERE = -1;

  /** A row that says nothing about where it came from. */
  public static final Place UNKNOWN = new Place(NOWHERE, NOWHERE, true);

  /** Whether partition and offset are known. */
  public boolean isKnown() {
    return partition != NOWHERE;
  }
}
