package dev.onceflow.verification.checker;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * What a reader saw of one partition, in memory that is bounded by the log's length over 64: one
 * bit for each offset, and for each block of offsets the sum of the hashes of what was seen there.
 * Written by one thread; read by others when that one has ended.
 */
public final class SeenLog {
  private static final int BLOCK_BITS = 9;

  private final String partition;
  private final BitSet offsets = new BitSet();
  private final LongList blocks = new LongList();
  private long records;
  private long backwards;
  private long last = -1;

  /**
   * Nothing was seen yet.
   *
   * @param partition {@code topic-partition}
   */
  public SeenLog(String partition) {
    this.partition = partition;
  }

  /** What is hashed of a record. */
  public static long content(byte[] key, byte[] value, String eventId) {
    return Sha.of(
        Long.toHexString(Sha.of(key == null ? null : ByteBuffer.wrap(key))),
        Long.toHexString(Sha.of(value == null ? null : ByteBuffer.wrap(value))),
        String.valueOf(eventId));
  }

  /** The reader was given a record. */
  public void see(long offset, long content) {
    records++;
    if (offset <= last) {
      backwards++;
    }
    last = Math.max(last, offset);
    offsets.set(Math.toIntExact(offset));
    int block = block(offset);
    while (blocks.size() <= block) {
      blocks.add(0);
    }
    // A sum and not XOR: a record that is seen twice would vanish.
    blocks.set(block, blocks.at(block) + mixed(offset, content));
  }

  /** The partition, {@code topic-partition}. */
  public String partition() {
    return partition;
  }

  /** How many records were given. */
  public long records() {
    return records;
  }

  /** How often an offset was not above all before it. */
  long backwards() {
    return backwards;
  }

  /** Where the reader came to; -1 if it saw nothing. */
  public long last() {
    return last;
  }

  /** Offsets that were seen here and not there, up to one. */
  BitSet without(SeenLog other, long upTo) {
    BitSet rest = (BitSet) offsets.clone();
    rest.andNot(other.offsets);
    if (rest.length() > upTo + 1) {
      rest.clear(Math.toIntExact(upTo + 1), rest.length());
    }
    return rest;
  }

  /**
   * The first offset of a block in which both saw the same offsets with other contents; -1 where
   * there is none. The block in which one of them ended is left out, unless both ended there.
   */
  long firstDifference(SeenLog other) {
    int common = Math.min(blocks.size(), other.blocks.size());
    for (int block = 0; block < common; block++) {
      boolean whole = block < common - 1 || last == other.last;
      if (whole && blocks.at(block) != other.blocks.at(block)) {
        return (long) block << BLOCK_BITS;
      }
    }
    return -1;
  }

  private static int block(long offset) {
    return Math.toIntExact(offset >>> BLOCK_BITS);
  }

  private static long mixed(long offset, long content) {
    long mixed = (content ^ offset * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    return mixed ^ mixed >>> 31;
  }
}
