package dev.onceflow.sink.write;

import dev.onceflow.sink.record.Coordinates;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** Within what offsets can be compared: one partition of one incarnation of a topic, as text. */
final class Positions {
  private final Incarnations incarnations;
  private final Map<TopicPartition, String> texts = new HashMap<>();
  private String lastTopic;
  private int lastPartition;
  private String last;

  Positions(Incarnations incarnations) {
    this.incarnations = incarnations;
  }

  /** Asks anew: a topic may have been created again. */
  void clear() {
    texts.clear();
    lastTopic = null;
  }

  String of(SinkRecord record) {
    String topic = Coordinates.topic(record);
    if (!topic.equals(lastTopic) || Coordinates.partition(record) != lastPartition) {
      last = texts.computeIfAbsent(Coordinates.topicPartition(record), this::text);
      lastTopic = topic;
      lastPartition = Coordinates.partition(record);
    }
    return last;
  }

  private String text(TopicPartition partition) {
    String incarnation = incarnations.of(partition);
    return incarnation.isEmpty() ? partition.toString() : partition + "@" + incarnation;
  }
}
