package dev.onceflow.streams.dedupe;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When a memory's entries came, what it has forgotten, and the floor below which an unknown event
 * ID can't be called new.
 *
 * <p>The clock is the highest record timestamp seen. Entries lie in buckets of arrival, a fraction
 * of the horizon wide; each knows the highest time inside any of its IDs. A bucket is forgotten as
 * a whole when the clock has passed its end by the horizon, and the floor rises to that time. So an
 * unknown ID above the floor can't have been forgotten.
 *
 * <p>Kept in a store of its own, in the Kafka transaction of what was decided, so that a restart
 * goes on where the last committed record left it. Without the clock a record whose timestamp is
 * older than its predecessor's would lie in another bucket after a restart than without one. The
 * store is cached: what changes with nearly every record reaches the changelog once a commit.
 *
 * <p>A memory that lasts for ever has buckets, too, and forgets none: it may be given a horizon one
 * day, and has to know then what it forgets.
 *
 * <p>Owned by one task, so by one thread.
 */
final class Buckets {
  private static final int PARTS_OF_HORIZON = 32;
  private static final long DAY_MS = 86_400_000L;

  /** Keys of the store that are no end of a bucket. */
  private static final long STANDING = -1;

  private final KeyValueStore<Long, byte[]> store;
  private final long horizonMs;
  private final long widthMs;

  /** By the end of each bucket, exclusive. */
  private final TreeMap<Long, Bucket> byEnd = new TreeMap<>();

  private long clockMs = Long.MIN_VALUE;
  private long forgottenBeforeMs = Long.MIN_VALUE;
  private long floorMs = EventKey.NO_TIME;
  private long scatteredBeforeMs = Long.MIN_VALUE;

  /**
   * @param highestMs the highest time inside any of its IDs, or none
   * @param scattered whether it has keys that don't lie in the order of time
   */
  private record Bucket(long highestMs, boolean scattered) {
    static final Bucket EMPTY = new Bucket(EventKey.NO_TIME, false);

    static Bucket of(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new Bucket(buffer.getLong(), buffer.get() != 0);
    }

    Bucket with(EventKey key) {
      return new Bucket(Math.max(highestMs, key.timeMs()), scattered || !key.isInOrder());
    }

    byte[] bytes() {
      return ByteBuffer.allocate(Long.BYTES + 1)
          .putLong(highestMs)
          .put((byte) (scattered ? 1 : 0))
          .array();
    }
  }

  Buckets(KeyValueStore<Long, byte[]> store, long horizonMs) {
    this.store = store;
    this.horizonMs = horizonMs;
    this.widthMs =
        horizonMs == DedupeConfig.FOREVER ? DAY_MS : Math.max(1, horizonMs / PARTS_OF_HORIZON);
    load();
  }

  private void load() {
    byte[] standing = store.get(STANDING);
    if (standing != null) {
      ByteBuffer buffer = ByteBuffer.wrap(standing);
      clockMs = buffer.getLong();
      forgottenBeforeMs = buffer.getLong();
      floorMs = buffer.getLong();
      scatteredBeforeMs = buffer.getLong();
    }
    List<Long> back = new ArrayList<>();
    try (KeyValueIterator<Long, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Long, byte[]> bucket = all.next();
        if (bucket.key > forgottenBeforeMs && bucket.key >= 0) {
          byEnd.put(bucket.key, Bucket.of(bucket.value));
        } else if (bucket.key >= 0) {
          back.add(bucket.key);
        }
      }
    }
    // A local store that was away for longer than its changelog keeps deletions still has buckets
    // that another owner forgot. Taken for live ones, they would bring back what is forgotten.
    back.forEach(store::delete);
  }

  /**
   * Moves the clock, and forgets what has become too old by it.
   *
   * @param timestampMs the timestamp of the record that is decided next
   */
  void advance(long timestampMs) {
    if (timestampMs <= clockMs) {
      return;
    }
    clockMs = timestampMs;
    while (horizonMs != DedupeConfig.FOREVER
        && !byEnd.isEmpty()
        // A difference, since the sum could overflow; timestamps are not negative.
        && clockMs - byEnd.firstKey() >= horizonMs) {
      Map.Entry<Long, Bucket> oldest = byEnd.pollFirstEntry();
      forgottenBeforeMs = oldest.getKey();
      floorMs = Math.max(floorMs, oldest.getValue().highestMs());
      if (oldest.getValue().scattered()) {
        scatteredBeforeMs = oldest.getKey();
      }
      store.delete(oldest.getKey());
    }
    store.put(
        STANDING,
        ByteBuffer.allocate(4 * Long.BYTES)
            .putLong(clockMs)
            .putLong(forgottenBeforeMs)
            .putLong(floorMs)
            .putLong(scatteredBeforeMs)
            .array());
  }

  /** The highest record timestamp seen: the arrival of what comes now. */
  long clockMs() {
    return clockMs;
  }

  /** Entries that came before this are forgotten, whether they are deleted already or not. */
  long forgottenBeforeMs() {
    return forgottenBeforeMs;
  }

  /** Whether an event ID with this time inside may have been forgotten. */
  boolean mayBeForgotten(long idTimeMs) {
    return idTimeMs != EventKey.NO_TIME && idTimeMs <= floorMs;
  }

  /** The highest time inside any forgotten ID; {@link EventKey#NO_TIME} where there is none. */
  long floorMs() {
    return floorMs;
  }

  /** The highest time inside any ID that was ever remembered; {@link EventKey#NO_TIME} if none. */
  long highestMs() {
    return byEnd.values().stream().mapToLong(Bucket::highestMs).reduce(floorMs, Math::max);
  }

  /**
   * What is forgotten and came at this time or later lies, in the order of keys, up to the floor.
   */
  long scatteredBeforeMs() {
    return scatteredBeforeMs;
  }

  /** Whether nothing was ever decided. */
  boolean isUnused() {
    return clockMs == Long.MIN_VALUE;
  }

  /** Notes that an ID is remembered with the clock's arrival. */
  void add(EventKey key) {
    Map.Entry<Long, Bucket> newest = byEnd.lastEntry();
    boolean open = newest != null && clockMs < newest.getKey();
    // Where the horizon was changed, the bucket that is open keeps its end.
    long end = open ? newest.getKey() : endOf(clockMs);
    Bucket before = open ? newest.getValue() : Bucket.EMPTY;
    Bucket after = before.with(key);
    if (!open || !after.equals(before)) {
      byEnd.put(end, after);
      store.put(end, after.bytes());
    }
  }

  private long endOf(long arrivalMs) {
    long start = arrivalMs - arrivalMs % widthMs;
    return start > Long.MAX_VALUE - widthMs ? Long.MAX_VALUE : start + widthMs;
  }
}
