package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fences for programs; the names are those of the table's columns. */
final class FenceJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FenceJson() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static ObjectNode of(FenceKey key) {
    return object()
        .put("sink", key.sink())
        .put("run", key.run())
        .put("topic", key.topic())
        .put("partition", key.partition());
  }

  static ObjectNode of(FenceRow row) {
    ObjectNode json =
        of(row.key())
            .put("next_offset", row.nextOffset())
            .put("epoch", row.epoch())
            .put("owner", row.owner())
            .put("generation", row.generation())
            .put("topic_id", row.topicId().map(Object::toString).orElse(null))
            .put("updated_at", row.updatedAt().toString());
    row.last().ifPresent(last -> json.set("last", of(last)));
    return json;
  }

  private static ObjectNode of(FenceRow.LastRecord last) {
    return object()
        .put("offset", last.offset())
        .put("timestamp", last.timestamp().map(Object::toString).orElse(null))
        .put("key_hash", last.keyHash().orElse(null))
        .put("event_id", last.eventId().orElse(null));
  }

  static ObjectNode of(LogBounds log) {
    return object()
        .put("topic_id", log.topicId().toString())
        .put("start_offset", log.startOffset())
        .put("end_offset", log.endOffset());
  }
}
