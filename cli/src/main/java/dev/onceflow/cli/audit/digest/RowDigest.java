package dev.onceflow.cli.audit.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.BitSet;

/**
 * An order-independent digest of rows, in {@value #BUCKETS} buckets by the hash of the row's ID, so
 * that two sides can be compared in one pass over each and only the buckets that differ need to be
 * opened.
 *
 * <p>Per bucket: the number of rows and two sums, modulo 2^64, of the two halves of a keyed 128-bit
 * hash of each row (SHA-256 of key and row, cut). Sums are used and not XOR, under which a row that
 * stands twice would vanish. One thread; {@value #BUCKETS} times 24 bytes, whatever is added.
 */
public final class RowDigest {
  /** How many buckets there are. */
  public static final int BUCKETS = 1 << 16;

  /** How many bytes a key has. */
  public static final int KEY_BYTES = 16;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final byte[] key;
  private final long[] counts = new long[BUCKETS];
  private final long[] sums = new long[BUCKETS];
  private final long[] otherSums = new long[BUCKETS];
  private final MessageDigest sha256 = sha256();

  /**
   * @param key the same on both sides of a comparison
   */
  public RowDigest(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "A key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
    }
    this.key = key.clone();
  }

  /** A key that nobody can have chosen rows for. */
  public static byte[] newKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /** Adds a row. */
  public void add(Row row) {
    RowHash hash = hash(row);
    int bucket = bucketOf(row);
    counts[bucket]++;
    sums[bucket] += hash.high();
    otherSums[bucket] += hash.low();
  }

  /** The hash that a row goes into its bucket's sums with. */
  public RowHash hash(Row row) {
    sha256.update(key);
    sha256.update(row.bytes(), row.from(), row.length());
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    return new RowHash(hash.getLong(), hash.getLong());
  }

  /** How many rows were added. */
  public long rows() {
    long rows = 0;
    for (long count : counts) {
      rows += count;
    }
    return rows;
  }

  /** How many rows were added to these buckets. */
  public long rowsIn(BitSet buckets) {
    return buckets.stream().mapToLong(bucket -> counts[bucket]).sum();
  }

  /** The buckets in which the two sides are not the same multiset. */
  public BitSet bucketsThatDifferFrom(RowDigest other) {
    BitSet differing = new BitSet(BUCKETS);
    for (int i = 0; i < BUCKETS; i++) {
      differing.set(
          i,
          counts[i] != other.counts[i]
              || sums[i] != other.sums[i]
              || otherSums[i] != other.otherSums[i]);
    }
    return differing;
  }

  /** All buckets as one: the digest of the multiset. */
  public RowSums total() {
    RowSums total = RowSums.NONE;
    for (int i = 0; i < BUCKETS; i++) {
      total = total.plus(new RowSums(counts[i], sums[i], otherSums[i]));
    }
    return total;
  }

  /** The bucket of a row: a function of its ID alone. */
  public static int bucketOf(Row row) {
    byte[] bytes = row.bytes();
    long hash = FNV_OFFSET;
    for (int i = row.idFrom(), end = i + row.idLength(); i < end; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
    }
    // FNV's upper bits depend on all bytes, the lower ones on few of the first.
    hash ^= hash >>> 29;
    hash *= 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 48);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
