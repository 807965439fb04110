package dev.onceflow.streams.observe;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How far the restore of local state from the changelogs is. A thread that restores and dies tells
 * nobody of it: what it had left is nobody's then, or another's, and is forgotten here.
 * Thread-safe.
 */
public final class RestoreProgress implements StateRestoreListener {
  private final Clock clock;
  private final Map<TopicPartition, Left> leftByChangelog = new HashMap<>();
  private long restored;
  private long restoredBefore;
  private long beganMs;

  /** What one thread has still to restore. */
  private record Left(Thread by, long records) {}

  /**
   * @param clock measures the rate
   */
  public RestoreProgress(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void onRestoreStart(
      TopicPartition changelog, String store, long startingOffset, long endingOffset) {
    if (ofTheLiving().isEmpty()) {
      beganMs = clock.millis();
      restoredBefore = restored;
    }
    leftByChangelog.put(
        changelog, new Left(Thread.currentThread(), Math.max(0, endingOffset - startingOffset)));
  }

  @Override
  public synchronized void onBatchRestored(
      TopicPartition changelog, String store, long batchEndOffset, long batchRecords) {
    restored += batchRecords;
    leftByChangelog.computeIfPresent(
        changelog,
        (key, left) ->
            new Left(Thread.currentThread(), Math.max(0, left.records() - batchRecords)));
  }

  @Override
  public synchronized void onRestoreEnd(TopicPartition changelog, String store, long total) {
    leftByChangelog.remove(changelog);
  }

  @Override
  public synchronized void onRestoreSuspended(TopicPartition changelog, String store, long total) {
    leftByChangelog.remove(changelog);
  }

  private Collection<Left> ofTheLiving() {
    leftByChangelog.values().removeIf(left -> !left.by().isAlive());
    return leftByChangelog.values();
  }

  /** Records restored since the start of the process. */
  public synchronized long restored() {
    return restored;
  }

  /** Records still to be restored; offsets of transaction markers count as records. */
  public synchronized long left() {
    return ofTheLiving().stream().mapToLong(Left::records).sum();
  }

  /** Changelogs that are being restored. */
  public synchronized int changelogs() {
    return ofTheLiving().size();
  }

  /** When the restore will be done at its rate so far; empty where nothing tells. */
  public synchronized Optional<Duration> eta() {
    if (ofTheLiving().isEmpty()) {
      return Optional.of(Duration.ZERO);
    }
    long done = restored - restoredBefore;
    long tookMs = clock.millis() - beganMs;
    return done == 0 || tookMs <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.round((double) tookMs * left() / done)));
  }
}
