package dev.onceflow.streams.route;

/**
 * Where a record lies in Kafka.
 *
 * @param topic the topic's name
 * @param partition the partition
 * @param offset the record's offset there
 */
public record Coordinates(String topic, int partition, long offset) {
  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static Coordinates parse(String text) {
    int offset = text.lastIndexOf('-');
    int partition = text.lastIndexOf('-', offset - 1);
    if (partition < 1) {
      throw new IllegalArgumentException(
          "Coordinates are \"%s\", expected topic-partition-offset".formatted(text));
    }
    return new Coordinates(
        text.substring(0, partition),
        Integer.parseInt(text.substring(partition + 1, offset)),
        Long.parseLong(text.substring(offset + 1)));
  }

  /** {@code topic-partition-offset}. */
  @Override
  public String toString() {
    return topic + '-' + partition + '-' + offset;
  }
}
