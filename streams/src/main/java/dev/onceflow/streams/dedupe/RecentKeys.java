package dev.onceflow.streams.dedupe;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Says of most new event IDs, without asking the store, that they are not remembered. The store
 * says so by an exception inside RocksDB's native code, which costs a sixth of a thread that does
 * nothing but dedupe; this costs one read of an array.
 *
 * <p>It knows the IDs that were remembered lately, by two Bloom filters, and the highest time
 * inside all that were remembered before them. An ID with a later time that is in neither filter
 * was never remembered. Everything else <em>may</em> be and has to be looked up: IDs whose key
 * doesn't begin with a time, old ones, copies, and about one new ID in a hundred. So it never
 * changes a verdict, only what it costs.
 *
 * <p>Its size is fixed. It is not kept: a task that starts, or is revived after an aborted Kafka
 * transaction, begins with what its buckets say of the restored store. Owned by one task, so by one
 * thread.
 */
final class RecentKeys {
  /** Of each filter; a megabyte in all. */
  static final int KEYS_MAX = 1 << 18;

  /** 16 bits a key, of which 4 are set. */
  private static final int KEYS_PER_WORD = 4;

  private final int keysMax;

  /** No ID that was remembered before the older filter began has a later time inside. */
  private long olderFromMs;

  /** The same for the newer one. */
  private long newerFromMs;

  private long[] older;
  private long[] newer;
  private int newerKeys;
  private long highestMs;

  /**
   * @param highestMs the highest time inside any ID that is remembered; {@link EventKey#NO_TIME}
   *     where there is none
   * @param keysMax how many IDs a filter takes, a power of two of at least 4
   */
  RecentKeys(long highestMs, int keysMax) {
    this.highestMs = highestMs;
    this.keysMax = keysMax;
    olderFromMs = highestMs;
    newerFromMs = highestMs;
    older = new long[keysMax / KEYS_PER_WORD];
    newer = new long[keysMax / KEYS_PER_WORD];
  }

  /** Whether the ID may be remembered, so that the store has to be asked. */
  boolean mayHold(EventKey key) {
    // A time that doesn't stand in the key is another one in an altered copy.
    if (!key.isInOrder() || key.timeMs() <= olderFromMs) {
      return true;
    }
    long hash = hash(key);
    int word = word(hash);
    long bits = bits(hash);
    return (newer[word] & bits) == bits || (older[word] & bits) == bits;
  }

  /** Notes that an ID is remembered. */
  void add(EventKey key) {
    if (!key.isInOrder()) {
      // Always looked up.
      return;
    }
    if (newerKeys == keysMax) {
      long[] emptied = older;
      older = newer;
      olderFromMs = newerFromMs;
      Arrays.fill(emptied, 0);
      newer = emptied;
      newerFromMs = highestMs;
      newerKeys = 0;
    }
    long hash = hash(key);
    newer[word(hash)] |= bits(hash);
    newerKeys++;
    highestMs = Math.max(highestMs, key.timeMs());
  }

  private int word(long hash) {
    return (int) (hash >>> 32) & (newer.length - 1);
  }

  private static long bits(long hash) {
    return 1L << hash | 1L << (hash >>> 6) | 1L << (hash >>> 12) | 1L << (hash >>> 18);
  }

  // The finaliser of SplittableRandom (Steele, Lea, Flood 2014), over both halves of the key.
  private static long hash(EventKey key) {
    ByteBuffer bytes = ByteBuffer.wrap(key.bytes().get());
    return mixed(bytes.getLong() + mixed(bytes.getLong()));
  }

  private static long mixed(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
