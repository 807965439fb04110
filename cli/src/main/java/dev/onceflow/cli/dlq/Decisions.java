package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Which records of a topic are dealt with: topic {@code TOPIC-decisions}, compacted, one record for
 * each. It is written in the Kafka transaction of the copy that it speaks of, so a record is sent
 * again exactly if it is decided, wherever a command was killed.
 *
 * <p>Its key names the incarnation of the topic, too: in a topic that was deleted and made again
 * the same offsets are other records.
 *
 * <p>Held in memory, about 100 bytes a decided record. Used by one thread.
 */
final class Decisions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String topicId;
  private final String topic;
  private final Map<Place, Decision> byPlace = new HashMap<>();

  /** One object for all records of a run. */
  private final Map<Decision, Decision> known = new HashMap<>();

  /**
   * @param topic whose records are decided
   * @param topicId its incarnation
   */
  Decisions(String topic, String topicId) {
    this.topic = topic;
    this.topicId = topicId;
  }

  /** Where decisions about a topic's records are. */
  static String topicOf(String topic) {
    return topic + "-decisions";
  }

  /**
   * Takes in what {@code source} gives.
   *
   * @throws UserException if a record there is none of ours
   */
  Decisions read(RecordSource source) {
    List<ConsumerRecord<byte[], byte[]>> records = source.next();
    while (!records.isEmpty()) {
      records.forEach(this::read);
      records = source.next();
    }
    return this;
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (!key.startsWith(topicId + ' ')) {
      return;
    }
    try {
      JsonNode json = JSON.readTree(record.value());
      add(
          Place.parse(key.substring(topicId.length() + 1)),
          new Decision(
              Decision.As.ofLabel(json.path("as").asText()),
              json.path("by").asText(),
              json.path("at").asText(),
              json.path("reason").asText()));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "Topic %s holds a record at offset %d that is no decision (%s): who else writes there?"
              .formatted(record.topic(), record.offset(), e.getMessage()),
          e);
    }
  }

  /** Notes one that is committed. */
  void add(Place place, Decision decision) {
    byPlace.put(place, known.computeIfAbsent(decision, same -> same));
  }

  /** What was decided about the record there; empty where it is open. */
  Optional<Decision> about(Place place) {
    return Optional.ofNullable(byPlace.get(place));
  }

  /** The record to write. */
  ProducerRecord<byte[], byte[]> record(Place place, Decision decision) {
    return new ProducerRecord<>(
        topicOf(topic),
        0,
        utf8(topicId + ' ' + place),
        utf8(
            json(
                Map.of(
                    "as",
                    decision.as().label(),
                    "by",
                    decision.by(),
                    "at",
                    decision.at(),
                    "reason",
                    decision.reason(),
                    "topic",
                    topic))));
  }

  private static String json(Map<String, String> fields) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Text is always JSON", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
