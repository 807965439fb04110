package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.streams.route.Coordinates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What is written about a record in {@code TOPIC-decisions}: what was decided, and enough of what
 * it was to tell it by after it was deleted.
 *
 * @param topicId the incarnation of the topic that it was set aside to
 * @param place where it lay there
 * @param decision what was decided
 * @param code why it had been set aside
 * @param eventId its event's ID, if it said so
 * @param from where it had been read from
 * @param sha256 of what Connect set aside, which may be there twice: of its key and value
 */
record Decided(
    String topicId,
    Place place,
    Decision decision,
    String code,
    Optional<String> eventId,
    Optional<String> from,
    Optional<String> sha256) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Decided of(String topicId, SetAsideRecord record, Decision decision) {
    return new Decided(
        topicId,
        Place.of(record),
        decision,
        record.code(),
        record.eventId(),
        record.origin().map(Coordinates::toString),
        record.twins().map(SetAsideRecord.Twins::sha256));
  }

  /**
   * Reads what {@link #record} wrote; empty for what says nothing, such as a tombstone.
   *
   * @throws UserException if it is none of ours
   */
  static Optional<Decided> read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return Optional.empty();
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    int space = key.indexOf(' ');
    try {
      JsonNode json = JSON.readTree(record.value());
      return Optional.of(
          new Decided(
              key.substring(0, Math.max(0, space)),
              Place.parse(key.substring(space + 1)),
              new Decision(
                  Decision.As.ofLabel(json.path("as").asText()),
                  json.path("by").asText(),
                  json.path("at").asText(),
                  json.path("reason").asText()),
              json.path("code").asText(SetAsideRecord.UNKNOWN),
              text(json, "event_id"),
              text(json, "from"),
              text(json, "sha256")));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "Topic %s holds a record at offset %d that is no decision (%s): who else writes there?"
              .formatted(record.topic(), record.offset(), e.getMessage()),
          e);
    }
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  /** The record to write into the topic of decisions about {@code topic}. */
  ProducerRecord<byte[], byte[]> record(String topic) {
    try {
      return new ProducerRecord<>(
          Decisions.topicOf(topic),
          0,
          (topicId + ' ' + place).getBytes(StandardCharsets.UTF_8),
          JSON.writeValueAsBytes(json().put("topic", topic)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Text is always JSON", e);
    }
  }

  /** The same for programs, without the place. */
  ObjectNode json() {
    ObjectNode json = Json.of(decision).put("code", code);
    eventId.ifPresent(id -> json.put("event_id", id));
    from.ifPresent(origin -> json.put("from", origin));
    sha256.ifPresent(hash -> json.put("sha256", hash));
    return json;
  }

  /** Of which records a copy was sent by this; empty where none was, or there can be no other. */
  Optional<SetAsideRecord.Twins> sent() {
    return decision.as().isSent() && from.isPresent() && sha256.isPresent()
        ? Optional.of(new SetAsideRecord.Twins(from.get(), sha256.get()))
        : Optional.empty();
  }
}
