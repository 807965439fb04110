package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.streams.route.Coordinates;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.kafka.common.header.Header;

/**
 * Records for programs and for editors. Bytes are {@code {"text": ...}} where they are UTF-8, else
 * {@code {"base64": ...}}, and null where there are none: each form gives the same bytes again.
 */
final class Json {
  /** Of what a parser's stack bears; PostgreSQL's own limit is near it. */
  private static final int NESTING_MAX = 5_000;

  /** What a table holds was once read by a sink, which has no such limits. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNumberLength(Integer.MAX_VALUE)
                      .maxStringLength(Integer.MAX_VALUE)
                      .maxNestingDepth(NESTING_MAX)
                      .build())
              .build());

  private Json() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static JsonNode read(String line) throws JsonProcessingException {
    return JSON.readTree(line);
  }

  static JsonNode bytes(byte[] bytes) {
    if (bytes == null) {
      return NullNode.getInstance();
    }
    try {
      return object()
          .put(
              "text",
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notText) {
      return object().put("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  /** The record's key: as bytes, or what a table has of it. */
  static JsonNode key(SetAsideRecord record) {
    return record.row().map(row -> row.keptKey().json()).orElseGet(() -> bytes(record.raw().key()));
  }

  /** The record's value: decoded, as bytes, or what a table has of it. */
  static JsonNode value(SetAsideRecord record, ValueFormat format) {
    return record
        .row()
        .map(TableRow::keptValue)
        .filter(kept -> !kept.isBytes())
        .map(TableRow.Part::json)
        .orElseGet(() -> format.json(record.raw().value()));
  }

  static ArrayNode headers(Iterable<Header> headers) {
    ArrayNode array = JSON.createArrayNode();
    for (Header header : headers) {
      array.addObject().put("name", header.key()).set("value", bytes(header.value()));
    }
    return array;
  }

  static JsonNode of(Coordinates at) {
    return object()
        .put("topic", at.topic())
        .put("partition", at.partition())
        .put("offset", at.offset());
  }

  static ObjectNode of(Decision decision) {
    return object()
        .put("as", decision.as().label())
        .put("by", decision.by())
        .put("at", decision.at())
        .put("reason", decision.reason());
  }

  /** Why and where it was set aside. */
  static ObjectNode setAside(SetAsideRecord record) {
    ObjectNode json =
        object()
            .put("code", record.code())
            .put("detail", record.detail())
            .put("application", record.application())
            .put("task", record.task())
            .put("operator", record.operator())
            .put("attempt", record.attempt())
            .put("redrives", record.redrives())
            .put("first_failed", record.firstFailed().toString());
    record.origin().ifPresent(origin -> json.set("origin", of(origin)));
    record.eventId().ifPresent(id -> json.put("event_id", id));
    record.table().ifPresent(table -> json.put("table", table));
    record.leftOut().ifPresent(what -> json.put("left_out", what));
    return json;
  }
}
