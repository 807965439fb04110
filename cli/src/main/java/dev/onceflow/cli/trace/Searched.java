package dev.onceflow.cli.trace;

/**
 * How much of a topic was read.
 *
 * @param isThere whether Kafka has the topic, and lets us see it
 * @param read committed records
 * @param unread offsets that lie outside the window
 * @param isExpired whether the log began later than the window did, so that what was in between is
 *     gone
 */
record Searched(String topic, boolean isThere, long read, long unread, boolean isExpired) {
  /** Whether there is nothing of the topic, now or ever, that wasn't read. */
  boolean isWhole() {
    return isThere && unread == 0 && !isExpired;
  }
}
