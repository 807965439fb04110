package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.verdict.Outcome;
import java.nio.ByteBuffer;

/**
 * What is remembered of one event ID, in 17 bytes.
 *
 * @param arrivalMs the memory's clock when the event came, ms
 * @param contentHash the first 64 bits of SHA-256 over the record's value. It is only ever compared
 *     with the hash of the same event ID, so the chance that an altered event passes for a
 *     duplicate is 2^-64 for each altered event, however many are remembered; and in both cases it
 *     takes no effect: what could be lost is the notice, not the money.
 * @param outcome what became of the event
 */
record Entry(long arrivalMs, long contentHash, Outcome outcome) {
  private static final int BYTES = Long.BYTES + Long.BYTES + 1;

  static Entry of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Entry(buffer.getLong(), buffer.getLong(), Outcome.ofCode(buffer.get()));
  }

  /** The arrival alone, for a sweep that looks at nothing else. */
  static long arrivalMs(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(arrivalMs)
        .putLong(contentHash)
        .put(outcome.code())
        .array();
  }
}
