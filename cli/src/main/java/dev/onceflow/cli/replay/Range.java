package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * What is read of one partition.
 *
 * @param topicId of the topic's incarnation
 * @param logStart the first offset that the log holds
 * @param start the first offset that is read
 * @param end the first one that isn't
 */
record Range(TopicPartition partition, UUID topicId, long logStart, long start, long end) {
  /** What of it lies before an offset. */
  Range before(long offset) {
    return new Range(partition, topicId, logStart, start, Math.max(start, Math.min(end, offset)));
  }

  /** What of it lies at an offset and behind. */
  Range from(long offset) {
    return new Range(partition, topicId, logStart, Math.min(end, Math.max(start, offset)), end);
  }

  boolean isEmpty() {
    return start >= end;
  }

  boolean holds(long offset) {
    return start <= offset && offset < end;
  }

  long size() {
    return Math.max(0, end - start);
  }

  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("topic", partition.topic())
        .put("partition", partition.partition())
        .put("topic_id", topicId.toString())
        .put("log_start", logStart)
        .put("start", start)
        .put("end", end);
  }

  static Range of(JsonNode json) {
    return new Range(
        new TopicPartition(json.get("topic").asText(), json.get("partition").asInt()),
        UUID.fromString(json.get("topic_id").asText()),
        json.get("log_start").asLong(),
        json.get("start").asLong(),
        json.get("end").asLong());
  }
}
