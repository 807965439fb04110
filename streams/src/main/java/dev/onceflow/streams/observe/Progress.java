package dev.onceflow.streams.observe;

import java.time.Duration;

/**
 * Whether records are processed while some wait. A job that is RUNNING and does nothing looks
 * healthy to everything that asks for its state only. Thread-safe.
 */
final class Progress {
  private final long stalledMs;
  private long processed = -1;
  private long lastMovedMs;

  /**
   * @param stalled how long records may wait without any being processed
   */
  Progress(Duration stalled) {
    this.stalledMs = stalled.toMillis();
  }

  /**
   * Takes a look.
   *
   * @param nowMs the time of the look
   * @param processedNow records processed so far; may begin again at 0
   * @param waiting records that wait in the assigned partitions
   * @return how long records have waited without any being processed, once that is too long; else 0
   */
  synchronized long look(long nowMs, long processedNow, long waiting) {
    if (processedNow != processed || waiting == 0) {
      processed = processedNow;
      lastMovedMs = nowMs;
    }
    long stoodMs = nowMs - lastMovedMs;
    return stoodMs >= stalledMs ? stoodMs : 0;
  }
}
