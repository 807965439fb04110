package dev.onceflow.cli.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A story for programs. */
final class StoryJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StoryJson() {}

  static ObjectNode of(Story story) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("event_id", story.eventId())
            .put("answer", story.answer().label())
            .put("read", story.read());
    json.putObject("window")
        .put("from", story.window().from().map(Instant::toString).orElse(null))
        .put("to", story.window().to().map(Instant::toString).orElse(null))
        .put("why", story.window().why());
    ArrayNode topics = json.putArray("topics");
    story
        .searched()
        .forEach(
            each ->
                topics
                    .addObject()
                    .put("topic", each.topic())
                    .put("there", each.isThere())
                    .put("read", each.read())
                    .put("unread_offsets", each.unread())
                    .put("expired", each.isExpired()));
    ArrayNode copies = json.putArray("produced");
    story.copies().forEach(copy -> copies.add(record(copy).put("verdict", story.verdict(copy))));
    json.putObject("memory")
        .put("sure", story.memory().isSure())
        .put("outcome", story.memory().outcome().orElse(null))
        .put("arrived", story.memory().arrived().map(Instant::toString).orElse(null))
        .put("answer", story.memory().answer());
    ArrayNode outputs = json.putArray("outputs");
    story.outputs().forEach(output -> outputs.add(record(output)));
    story.applied().ifPresent(applied -> json.set("database", applied(story, applied)));
    ArrayNode outOfSight = json.putArray("out_of_sight");
    story.outOfSight().forEach(outOfSight::add);
    return json;
  }

  private static ObjectNode record(Sighting sighting) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("topic", sighting.partition().topic())
            .put("partition", sighting.partition().partition())
            .put("offset", sighting.offset())
            .put("timestamp", sighting.timestamp().toString())
            .put("timestamp_type", sighting.timestampType())
            .put("role", sighting.role())
            .put("id", sighting.id().orElse(null))
            .put("key", sighting.key().orElse(null));
    json.set("value", parsed(sighting.value()));
    json.put("made_from", sighting.madeFrom().orElse(null));
    sighting.setAsideBecause().ifPresent(reason -> json.put("set_aside_because", reason));
    ObjectNode headers = json.putObject("headers");
    sighting.headers().forEach(headers::put);
    return json;
  }

  /** An object where the text is one, else the text. */
  private static JsonNode parsed(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node != null && node.isObject() ? node : JSON.getNodeFactory().textNode(text);
    } catch (JsonProcessingException notJson) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  private static ObjectNode applied(Story story, Story.Applied applied) {
    ObjectNode json = JSON.createObjectNode();
    rows(json.putArray("rows"), applied.rows());
    rows(json.putArray("rows_by_key"), applied.rowsByKey());
    ArrayNode remembered = json.putArray("counted");
    applied.remembered().forEach(row -> remembered.add(JSON.valueToTree(row)));
    ArrayNode fences = json.putArray("fences");
    for (Map<String, Object> fence : applied.fences()) {
      ObjectNode node = JSON.valueToTree(fence);
      ArrayNode offsets = node.putArray("offsets");
      story.outputs().stream()
          .filter(output -> StoryText.isOf(output, fence))
          .forEach(
              output ->
                  offsets
                      .addObject()
                      .put("offset", output.offset())
                      .put(
                          "applied",
                          ((Number) fence.get("next_offset")).longValue() > output.offset()));
      fences.add(node);
    }
    ArrayNode deadLetters = json.putArray("dead_letters");
    applied.deadLetters().forEach(row -> deadLetters.add(JSON.valueToTree(row)));
    return json;
  }

  private static void rows(ArrayNode array, List<TargetDatabase.Row> rows) {
    for (TargetDatabase.Row row : rows) {
      array
          .addObject()
          .put("table", row.table())
          .put("column", row.column())
          .put("found", row.found())
          .set("row", parsed(row.row()));
    }
  }
}
