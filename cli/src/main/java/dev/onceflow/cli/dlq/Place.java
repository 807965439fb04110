package dev.onceflow.cli.dlq;

/**
 * Where a record lies in the topic that it was set aside to; a row of {@code onceflow.dlq} bears
 * the place that its record has in the input.
 *
 * @param partition the partition
 * @param offset the record's offset there
 * @param row of several records with that offset, one after the other: which one, as {@link
 *     TableRow#incarnation} says; empty in a topic
 */
record Place(int partition, long offset, String row) {
  /** In a topic. */
  Place(int partition, long offset) {
    this(partition, offset, "");
  }

  static Place of(SetAsideRecord record) {
    return new Place(
        record.partition(), record.offset(), record.row().map(TableRow::incarnation).orElse(""));
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static Place parse(String text) {
    int slash = text.indexOf('/');
    String offset = slash < 0 ? text : text.substring(0, slash);
    String row = slash < 0 ? "" : text.substring(slash + 1);
    int colon = offset.indexOf(':');
    try {
      Place place =
          new Place(
              Integer.parseInt(offset.substring(0, Math.max(0, colon))),
              Long.parseLong(offset.substring(colon + 1)),
              row);
      if (place.partition >= 0 && place.offset >= 0 && (slash < 0 || !row.isEmpty())) {
        return place;
      }
    } catch (NumberFormatException notNumbers) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "A place is \"%s\", expected PARTITION:OFFSET, such as 0:17".formatted(text));
  }

  /** The same for people who don't know of rows. */
  Place withoutRow() {
    return new Place(partition, offset);
  }

  /** {@code partition:offset}, and behind a slash which row. */
  @Override
  public String toString() {
    return partition + ":" + offset + (row.isEmpty() ? "" : "/" + row);
  }
}
