package dev.onceflow.sink.fence;

import dev.onceflow.sink.record.Fingerprint;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition while it is assigned to the task.
 *
 * <pre>
 *            claimed                 seek requested             last record seen again
 * UNCLAIMED ---------> REPOSITIONING ---------------> VERIFYING -----------------------> ACTIVE
 *     ^                      ^   |                                                      |  |
 *     |                      |   +--- nothing applied yet: no record to see again -----→|  |
 *     |                      |                                                          |  |
 *     |                      +------------- the fence is elsewhere, in our epoch -------+  |
 *     +----- no row any more, or the row is from before our claim -------------------------+
 *                                                          claimed by another owner later  v
 *                                                                                       FENCED
 * </pre>
 *
 * Two offsets: up to {@link #takenTo} records were taken from Connect, up to {@link #nextOffset}
 * their effects are in the database. Not thread-safe: Connect calls a task from one thread; metrics
 * that read the offsets from another one may be a little behind.
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
    /** Ours, and the next record is the last one that was applied, if the log is still the same. */
    VERIFYING,
    /** Ours, and records come in order from the fence on. */
    ACTIVE,
    /** Another owner claimed it: nothing more is written, and it is never claimed again. */
    FENCED,
    /** Not assigned any more; what is still in memory of it has no effects. */
    CLOSED
  }

  private final TopicPartition partition;
  private State state = State.UNCLAIMED;
  private long nextOffset;
  private long takenTo;
  private long clockMs;
  private long epoch;
  private boolean inDatabase;
  private Optional<Fingerprint> last = Optional.empty();
  private Optional<UUID> topicId = Optional.empty();
  private Instant claimedAt = Instant.MIN;
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

  /** Behind the last record that was taken from Connect, applied or still in memory. */
  public long takenTo() {
    return takenTo;
  }

  /** The epoch in which this task owns it. */
  public long epoch() {
    return epoch;
  }

  /** Whether this task has claimed it before, so that its row was there once. */
  public boolean wasClaimed() {
    return epoch > 0;
  }

  /** Whether {@link #nextOffset} is what the database has, which Connect may be told. */
  public boolean isReportable() {
    return inDatabase && (state == State.ACTIVE || state == State.VERIFYING);
  }

  /** Whether the fence must be at {@link #nextOffset}: nothing of it is on its way. */
  public boolean isAtRest() {
    return isReportable() && takenTo == nextOffset;
  }

  /** Since when it is fenced. */
  public long fencedAtMs() {
    return fencedAtMs;
  }

  /** Who fenced it. */
  public String fencedBy() {
    return fencedBy;
  }

  /** The last record that was applied before the claim, which {@link State#VERIFYING} expects. */
  public Optional<Fingerprint> last() {
    return last;
  }

  /** The topic's ID, as the fence knows it. */
  public Optional<UUID> topicId() {
    return topicId;
  }

  /** A claim was committed. */
  public void claimed(FenceRow row) {
    epoch = row.epoch();
    claimedAt = row.claimedAt();
    repositionTo(row);
  }

  /** Nothing is kept in the database: records are taken as Connect delivers them. */
  public void takenAsDelivered() {
    state = State.ACTIVE;
  }

  /** The fence is ours, and elsewhere than expected. */
  public void repositionTo(FenceRow row) {
    nextOffset = row.nextOffset();
    takenTo = nextOffset;
    topicId = row.topicId();
    // Also where the database went back: what comes again then arrives then.
    clockMs = row.last().flatMap(Fingerprint::timestampMs).orElse(0L);
    last = row.last().filter(record -> record.offset() < row.nextOffset());
    inDatabase = true;
    state = State.REPOSITIONING;
  }

  /** Where Connect must seek to: the last record that was applied, to be seen again. */
  public long seekOffset() {
    return last.map(Fingerprint::offset).orElse(nextOffset);
  }

  /** Connect was asked to seek to {@link #seekOffset}. */
  public void seekRequested() {
    state = last.isPresent() ? State.VERIFYING : State.ACTIVE;
  }

  /** The log still is the one that was applied. */
  public void verified() {
    state = State.ACTIVE;
  }

  /**
   * When a record arrived, in Unix milliseconds: the highest timestamp so far, so that one that is
   * out of order isn't taken for an old one.
   *
   * @param timestampMs the record's own; null for none
   */
  public long arrivalMs(Long timestampMs) {
    if (timestampMs != null && timestampMs > clockMs) {
      clockMs = timestampMs;
    }
    return clockMs;
  }

  /** A record was taken from Connect. */
  public void taken(long offset) {
    takenTo = offset + 1;
  }

  /** A batch was committed. */
  public void advancedTo(long offset) {
    nextOffset = offset;
    inDatabase = true;
  }

  /**
   * Whether a row that isn't ours was claimed before we did, by the database's clock: the database
   * went back to before our claim (restore, failover). One that was claimed later has another
   * owner.
   */
  public boolean isFromBeforeOurClaim(FenceRow row) {
    return row.epoch() < epoch && row.claimedAt().isBefore(claimedAt);
  }

  /** The fence's row is gone, or is from before our claim: begin again with a claim. */
  public void lost() {
    state = State.UNCLAIMED;
  }

  /** It was revoked. */
  void closed() {
    state = State.CLOSED;
  }

  /** Another owner has it. */
  public void fenced(FenceRow by, long nowMs) {
    state = State.FENCED;
    fencedBy = by.owner() + " (epoch " + by.epoch() + ")";
    fencedAtMs = nowMs;
  }
}
