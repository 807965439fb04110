package dev.onceflow.verification.checker;

/**
 * Where a record lies.
 *
 * @param topic may have hyphens itself
 * @param offset in the partition
 */
public record Place(String topic, int partition, long offset) {
  private static final int OFFSET_BITS = 44;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

  /**
   * From its written form, {@code topic-partition-offset}.
   *
   * @return null where the text is no such form
   */
  public static Place of(String text) {
    if (text == null) {
      return null;
    }
    int offset = text.lastIndexOf('-');
    int partition = text.lastIndexOf('-', offset - 1);
    if (partition <= 0) {
      return null;
    }
    try {
      return new Place(
          text.substring(0, partition),
          Integer.parseInt(text.substring(partition + 1, offset)),
          Long.parseLong(text.substring(offset + 1)));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Partition and offset in one number, which grows with the offset within a partition. */
  static long packed(int partition, long offset) {
    return (long) partition << OFFSET_BITS | offset;
  }

  /** The partition in a packed place. */
  static int partition(long packed) {
    return (int) (packed >>> OFFSET_BITS);
  }

  /** The offset in a packed place. */
  static long offset(long packed) {
    return packed & OFFSET_MASK;
  }

  /** The place that was packed. */
  static Place unpacked(String topic, long packed) {
    return new Place(topic, partition(packed), offset(packed));
  }

  /** {@code topic-partition-offset}, as the headers of derived records have it. */
  @Override
  public String toString() {
    return topic + '-' + partition + '-' + offset;
  }
}
