package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    ObjectNode line = Json.object();
    ObjectNode at = line.putObject("at");
    at.put("topic", record.raw().topic()).put("topic_id", topicId);
    at.put("partition", record.partition()).put("offset", record.offset());
    line.set("set_aside", Json.setAside(record));
    line.set("key", Json.bytes(record.raw().key()));
    line.set("value", format.json(record.raw().value()));
    line.set("headers", Json.headers(OwnHeaders.of(record.raw().headers())));
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
        new Place(at.get("partition").intValue(), at.get("offset").longValue()),
        format.bytes(line.get("key")),
        format.bytes(line.get("value")),
        headers);
  }
}
