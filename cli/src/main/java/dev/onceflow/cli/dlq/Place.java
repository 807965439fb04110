package dev.onceflow.cli.dlq;

/**
 * Where a record lies in the topic that it was set aside to.
 *
 * @param partition the partition
 * @param offset the record's offset there
 */
record Place(int partition, long offset) {
  static Place of(SetAsideRecord record) {
    return new Place(record.partition(), record.offset());
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static Place parse(String text) {
    int colon = text.indexOf(':');
    try {
      Place place =
          new Place(
              Integer.parseInt(text.substring(0, Math.max(0, colon))),
              Long.parseLong(text.substring(colon + 1)));
      if (place.partition >= 0 && place.offset >= 0) {
        return place;
      }
    } catch (NumberFormatException notNumbers) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "A place is \"%s\", expected PARTITION:OFFSET, such as 0:17".formatted(text));
  }

  /** {@code partition:offset}. */
  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
