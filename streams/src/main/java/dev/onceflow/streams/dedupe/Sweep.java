package dev.onceflow.streams.dedupe;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Deletes what is forgotten, a bounded number of entries at a time, through the store, so that the
 * changelog shrinks too. Nothing depends on when it runs: forgotten entries are ignored before.
 *
 * <p>It goes through the memory in the order of its keys, again and again while something is
 * forgotten: up to the floor where all that is forgotten lies in the order of time, which are
 * hardly more entries than it deletes; through the whole memory where not. An index by arrival
 * would find the entries at once, and would cost a second write and a second changelog record for
 * each event; going through reads two entries for each event that was remembered. It never falls
 * behind: at most twice the horizon's entries are kept.
 *
 * <p>It takes its steps with the input, not with the wall clock: a timer would end the thread's
 * batches early, and make an idle task commit for nothing.
 *
 * <p>How far it came is kept in a store, in the Kafka transaction of the deletions: after a crash
 * it goes on from there, and doesn't begin again with each restart.
 *
 * <p>Owned by one task, so by one thread.
 */
final class Sweep {
  /** Entries looked at for each event that was remembered since the last step. */
  private static final int PER_REMEMBERED = 2;

  /** A step is due after so many events were remembered ... */
  private static final int STEP_REMEMBERED = 500;

  /** ... or the clock has gone on by this, so that a burst is deleted though little follows it. */
  private static final long STEP_MS = 1_000;

  private static final int STEP_ENTRIES = PER_REMEMBERED * STEP_REMEMBERED;

  /** Key of the store beside the buckets: none of their ends is negative. */
  private static final long POSITION = -2;

  private final KeyValueStore<Bytes, byte[]> entries;
  private final KeyValueStore<Long, byte[]> positions;
  private final Buckets buckets;

  /** Nothing that came before this is left. */
  private long doneBeforeMs = Long.MIN_VALUE;

  /** What {@link #doneBeforeMs} is once the end is reached; valid while a pass is under way. */
  private long goalMs = Long.MIN_VALUE;

  /** The last key looked at; null between passes. */
  private Bytes cursor;

  private int remembered;
  private long steppedMs = Long.MIN_VALUE;

  Sweep(
      KeyValueStore<Bytes, byte[]> entries,
      KeyValueStore<Long, byte[]> positions,
      Buckets buckets) {
    this.entries = entries;
    this.positions = positions;
    this.buckets = buckets;
    byte[] position = positions.get(POSITION);
    if (position != null) {
      ByteBuffer buffer = ByteBuffer.wrap(position);
      doneBeforeMs = buffer.getLong();
      goalMs = buffer.getLong();
      if (buffer.hasRemaining()) {
        byte[] key = new byte[buffer.remaining()];
        buffer.get(key);
        cursor = Bytes.wrap(key);
      }
    }
  }

  /** Counts one event that was remembered. */
  void remembered() {
    remembered++;
  }

  /** Called once for each record: looks at the next entries, if a step is due. */
  void stepIfDue() {
    if (remembered < STEP_REMEMBERED && buckets.clockMs() - STEP_MS < steppedMs) {
      return;
    }
    remembered = 0;
    steppedMs = buckets.clockMs();
    if (cursor != null || buckets.forgottenBeforeMs() > doneBeforeMs) {
      step();
    }
  }

  private void step() {
    long forgottenBeforeMs = buckets.forgottenBeforeMs();
    if (cursor == null) {
      goalMs = forgottenBeforeMs;
    }
    // While a pass is under way more may be forgotten, so the end is asked for at every step.
    Bytes last =
        buckets.scatteredBeforeMs() > doneBeforeMs ? null : EventKey.lastOf(buckets.floorMs());
    try (KeyValueIterator<Bytes, byte[]> following = entries.range(cursor, last)) {
      for (int i = 0; i < STEP_ENTRIES && following.hasNext(); i++) {
        KeyValue<Bytes, byte[]> entry = following.next();
        cursor = entry.key;
        if (Entry.arrivalMs(entry.value) < forgottenBeforeMs) {
          // Not delete(), which reads the entry first to give it back.
          entries.put(entry.key, null);
        }
      }
      if (!following.hasNext()) {
        cursor = null;
        doneBeforeMs = goalMs;
      }
    }
    save();
  }

  private void save() {
    int keyBytes = cursor == null ? 0 : cursor.get().length;
    ByteBuffer position =
        ByteBuffer.allocate(2 * Long.BYTES + keyBytes).putLong(doneBeforeMs).putLong(goalMs);
    if (cursor != null) {
      position.put(cursor.get());
    }
    positions.put(POSITION, position.array());
  }
}
