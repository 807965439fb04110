package dev.onceflow.cli.audit;

import dev.onceflow.cli.audit.digest.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One row as both sides must have it.
 *
 * @param id what identifies it: an event ID, or a key
 * @param content every other column in a form that both sides write alike, readable for people
 */
record AuditRow(String id, String content) {
  /** The row as a digest takes it. */
  Row bytes() {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] contentBytes = content.getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(Integer.BYTES + idBytes.length + contentBytes.length)
            .putInt(idBytes.length)
            .put(idBytes)
            .put(contentBytes)
            .array();
    Row row = new Row();
    row.set(bytes, 0, bytes.length, Integer.BYTES, idBytes.length);
    return row;
  }
}
