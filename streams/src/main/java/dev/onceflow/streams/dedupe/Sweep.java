package dev.onceflow.streams.dedupe;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Deletes what is forgotten, a bounded number of entries at a time, through the store, so that the
 * changelog shrinks too. Nothing depends on when it runs: forgotten entries are ignored before.
 *
 * <p>It goes through the memory in the order of its keys, again and again while something is
 * forgotten. An index by arrival would find the entries at once, and would cost a second write and
 * a second changelog record for each event; going through reads two entries for each event that was
 * remembered, and keeps at most about a third more than the horizon asks for.
 *
 * <p>How far it came is kept in a store, in the Kafka transaction of the deletions: after a crash
 * it goes on from there, and doesn't begin again with each restart.
 *
 * <p>Owned by one task, so by one thread.
 */
final class Sweep {
  /** Entries looked at for each event that was remembered since the last step. */
  private static final int PER_REMEMBERED = 2;

  private static final int STEP_MIN = 1_000;
  private static final int STEP_MAX = 20_000;

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

  private long remembered;

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

  /** Counts one event that was remembered; the more come, the more is looked at. */
  void remembered() {
    remembered++;
  }

  /** Looks at the next entries, if anything is forgotten and not yet deleted. */
  void step() {
    int limit = (int) Math.max(STEP_MIN, Math.min(STEP_MAX, PER_REMEMBERED * remembered));
    remembered = 0;
    long forgottenBeforeMs = buckets.forgottenBeforeMs();
    if (cursor == null) {
      if (forgottenBeforeMs <= doneBeforeMs) {
        return;
      }
      goalMs = forgottenBeforeMs;
    }
    List<Bytes> forgotten = new ArrayList<>();
    Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> following = entries.range(cursor, null)) {
      for (int i = 0; i < limit && following.hasNext(); i++) {
        KeyValue<Bytes, byte[]> entry = following.next();
        last = entry.key;
        if (Entry.arrivalMs(entry.value) < forgottenBeforeMs) {
          forgotten.add(entry.key);
        }
      }
      if (!following.hasNext()) {
        last = null;
      }
    }
    forgotten.forEach(entries::delete);
    cursor = last;
    if (last == null) {
      doneBeforeMs = goalMs;
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
