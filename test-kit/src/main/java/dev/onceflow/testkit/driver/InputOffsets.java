package dev.onceflow.testkit.driver;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.TopologyTestDriver;

/**
 * The offsets that a driver gives to input records. A driver begins at 0; the next owner of a
 * partition goes on where the last one stood, and jobs whose event IDs are coordinates, or that
 * write coordinates into headers, must meet that.
 */
final class InputOffsets {
  private static final Field NEXT = next();

  private final Map<TopicPartition, Long> offsets = new HashMap<>();

  private static Field next() {
    try {
      Field field = TopologyTestDriver.class.getDeclaredField("offsetsByTopicOrPatternPartition");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(
          "This version of the test driver counts offsets in another way than 4.3 does", e);
    }
  }

  void takeFrom(TopologyTestDriver driver) {
    of(driver).forEach((partition, next) -> offsets.put(partition, next.get()));
  }

  void giveTo(TopologyTestDriver driver) {
    of(driver).forEach((partition, next) -> next.set(offsets.getOrDefault(partition, 0L)));
  }

  // The field's type is known from its source.
  @SuppressWarnings("unchecked")
  private static Map<TopicPartition, AtomicLong> of(TopologyTestDriver driver) {
    try {
      return (Map<TopicPartition, AtomicLong>) NEXT.get(driver);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The test driver can't be reached", e);
    }
  }
}
