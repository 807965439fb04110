package dev.onceflow.sink.fence;

import org.apache.kafka.common.TopicPartition;

/**
 * One partition while it is assigned to the task.
 *
 * <pre>
 *            claimed                 seek requested
 * UNCLAIMED ---------> REPOSITIONING ---------------> ACTIVE
 *     ^                      ^                          |
 *     |                      | fence elsewhere          |
 *     |                      | in our epoch             |
 *     |                      +--------------------------+
 *     | no row any more                                 |
 *     +-------------------------------------------------+
 *                                          other epoch  v
 *                                                    FENCED
 * </pre>
 *
 * Not thread-safe: Connect calls a task from one thread.
 */
public final class OpenPartition {
  /** What is true of the partition. */
  public enum State {
    /** Assigned, and the database doesn't know yet. */
    UNCLAIMED,
    /**
     * Claimed, but what Connect delivers isn't what the fence wants next: it is dropped until a
     * seek was requested. A seek is requested only on a normal return from put(): after a
     * RetriableException Connect seeks but hands out the old batch first, and since offsets may
     * have gaps, what lies between would be lost.
     */
    REPOSITIONING,
    /** Ours, and records come in order from the fence on. */
    ACTIVE,
    /** Another owner claimed it: nothing more is written, and it is never claimed again. */
    FENCED
  }

  private final TopicPartition partition;
  private State state = State.UNCLAIMED;
  private long nextOffset;
  private long epoch;
  private boolean inDatabase;
  private long fencedAtMs;
  private String fencedBy = "";

  OpenPartition(TopicPartition partition) {
    this.partition = partition;
  }

  /** Which partition. */
  public TopicPartition partition() {
    return partition;
  }

  /** What is true of it. */
  public State state() {
    return state;
  }

  /** The fence's value that this task last read or wrote. */
  public long nextOffset() {
    return nextOffset;
  }

  /** The epoch in which this task owns it. */
  public long epoch() {
    return epoch;
  }

  /** Whether {@link #nextOffset} is what the database has, which Connect may be told. */
  public boolean isReportable() {
    return state == State.ACTIVE && inDatabase;
  }

  /** Since when it is fenced. */
  public long fencedAtMs() {
    return fencedAtMs;
  }

  /** Who fenced it. */
  public String fencedBy() {
    return fencedBy;
  }

  /** A claim was committed. */
  public void claimed(FenceRow row) {
    epoch = row.epoch();
    repositionTo(row.nextOffset());
  }

  /** Nothing is kept in the database: records are taken as Connect delivers them. */
  public void takenAsDelivered() {
    state = State.ACTIVE;
  }

  /** The fence is ours, and elsewhere than expected. */
  public void repositionTo(long offset) {
    nextOffset = offset;
    inDatabase = true;
    state = State.REPOSITIONING;
  }

  /** Connect was asked to seek to the fence. */
  public void seekRequested() {
    state = State.ACTIVE;
  }

  /** A batch was committed. */
  public void advancedTo(long offset) {
    nextOffset = offset;
    inDatabase = true;
  }

  /** The fence's row is gone: begin again with a claim. */
  public void lost() {
    state = State.UNCLAIMED;
  }

  /** Another owner has it. */
  public void fenced(FenceRow by, long nowMs) {
    state = State.FENCED;
    fencedBy = by.owner() + " (epoch " + by.epoch() + ")";
    fencedAtMs = nowMs;
  }
}
