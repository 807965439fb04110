package dev.onceflow.streams.route;

/**
 * Where a record lies in Kafka.
 *
 * @param topic the topic's name
 * @param partition the partition
 * @param offset the record's offset there
 */
public record Coordinates(String topic, int partition, long offset) {
  /** {@code topic-partition-offset}. */
  @Override
  public String toString() {
    return topic + '-' + partition + '-' + offset;
  }
}
