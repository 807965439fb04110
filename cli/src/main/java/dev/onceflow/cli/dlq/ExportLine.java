package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record as a line of JSON: {@code at} says which record it is, {@code set_aside} why it is here;
 * {@code key}, {@code value} and {@code headers} are what is sent on import. Used by one thread.
 */
final class ExportLine {
  private final ValueFormat format;

  ExportLine(ValueFormat format) {
    this.format = format;
  }

  /**
   * What a line says.
   *
   * @param topicId the incarnation of the topic that it was exported from
   * @param place where it lies there
   * @param key what to send; may be null
   * @param value what to send; may be null
   * @param headers what to send
   */
  // A carrier from file to producer, never compared: arrays are fine.
  @SuppressWarnings("ArrayRecordComponent")
  record Edited(String topicId, Place place, byte[] key, byte[] value, Headers headers) {}

  String write(String topicId, SetAsideRecord record) {
    return write(topicId, record, Optional.empty());
  }

  /**
   * A line.
   *
   * @param topicId the incarnation of what it is exported from
   * @param original what the input has of a record that a table keeps; empty where it doesn't hold
   *     it any more, or the record lies in a topic
   */
  String write(String topicId, SetAsideRecord record, Optional<Resend.Content> original) {
    Place place = Place.of(record);
    ObjectNode line = Json.object();
    ObjectNode at = line.putObject("at");
    at.put("topic", record.raw().topic()).put("topic_id", topicId);
    at.put("partition", place.partition()).put("offset", place.offset());
    if (record.row().isPresent()) {
      at.put("row", place.row());
      line.put("content", original.isPresent() ? "input" : "table");
    }
    line.set("set_aside", Json.setAside(record));
    if (original.isPresent()) {
      Resend.Content content = original.get();
      line.set("key", Json.bytes(content.key()));
      line.set("value", format.json(content.value()));
      line.set("headers", Json.headers(OwnHeaders.of(content.headers())));
    } else {
      line.set("key", Json.key(record));
      line.set("value", Json.value(record, format));
      line.set("headers", Json.headers(OwnHeaders.of(record.raw().headers())));
    }
    return line.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not of that form, with what is expected
   */
  Edited read(String text) {
    JsonNode line;
    try {
      line = Json.read(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no JSON: " + e.getOriginalMessage(), e);
    }
    JsonNode at = line.path("at");
    if (!at.path("topic_id").isTextual()
        || !at.path("partition").canConvertToInt()
        || !at.path("offset").canConvertToLong()
        || !line.has("key")
        || !line.has("value")
        || !line.path("headers").isArray()) {
      throw new IllegalArgumentException(
          "expected at (topic_id, partition, offset), key, value and headers, as 'export' writes them");
    }
    RecordHeaders headers = new RecordHeaders();
    for (JsonNode header : line.get("headers")) {
      if (!header.path("name").isTextual() || !header.has("value")) {
        throw new IllegalArgumentException("header %s: expected name and value".formatted(header));
      }
      headers.add(header.get("name").textValue(), format.bytes(header.get("value")));
    }
    return new Edited(
        at.get("topic_id").textValue(),
        new Place(
            at.get("partition").intValue(),
            at.get("offset").longValue(),
            at.path("row").asText("")),
        format.bytes(line.get("key")),
        format.bytes(line.get("value")),
        headers);
  }
}
