package dev.onceflow.cli.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;

/**
 * An order-independent digest of rows, in buckets by the hash of the row's ID, so that two sides
 * can be compared in one pass over each and only the buckets that differ need to be opened.
 *
 * <p>Per bucket: the number of rows and two sums, modulo 2^64, of independent halves of each row's
 * SHA-256. Sums are used and not XOR, under which a row that stands twice would vanish. One thread.
 */
final class MultisetDigest {
  private static final int BUCKETS = 1 << 12;

  private final long[] counts = new long[BUCKETS];
  private final long[] sums = new long[BUCKETS];
  private final long[] otherSums = new long[BUCKETS];
  private final MessageDigest sha256 = sha256();

  void add(AuditRow row) {
    byte[] id = row.id().getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(4).putInt(id.length).flip());
    sha256.update(id);
    ByteBuffer hash =
        ByteBuffer.wrap(sha256.digest(row.content().getBytes(StandardCharsets.UTF_8)));
    int bucket = bucketOf(row.id());
    counts[bucket]++;
    sums[bucket] += hash.getLong();
    otherSums[bucket] += hash.getLong();
  }

  long rows() {
    long rows = 0;
    for (long count : counts) {
      rows += count;
    }
    return rows;
  }

  BitSet bucketsThatDifferFrom(MultisetDigest other) {
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

  static int bucketOf(String id) {
    int hash = id.hashCode() * 0x9E3779B9;
    return (hash >>> 16 ^ hash) & (BUCKETS - 1);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
