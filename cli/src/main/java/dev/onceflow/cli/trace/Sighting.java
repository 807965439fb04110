package dev.onceflow.cli.trace;

import dev.onceflow.schemas.event.CloudEventHeaders;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * A record that belongs to the event's story.
 *
 * @param id which of the family's IDs it has or names; empty where only its input's coordinates say
 *     that it belongs here
 * @param role what it is to the event
 * @param headers by key; of a key that is there twice the last, which is the one that counts
 * @param value decoded, or what can be said of it
 */
record Sighting(
    TopicPartition partition,
    long offset,
    Instant timestamp,
    String timestampType,
    Optional<String> id,
    String role,
    Optional<String> key,
    Map<String, String> headers,
    String value) {
  private static final int BYTES_SHOWN_MAX = 64;

  static Sighting of(
      ConsumerRecord<byte[], byte[]> record, Optional<String> id, String role, String value) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    return new Sighting(
        new TopicPartition(record.topic(), record.partition()),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        record.timestampType().toString(),
        id,
        role,
        Optional.ofNullable(record.key()).map(Sighting::text),
        headers,
        value);
  }

  /** Text as it is, anything else in hexadecimal digits. */
  static String text(byte[] bytes) {
    if (bytes == null) {
      return "null";
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
      if (text.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
        return text;
      }
    } catch (CharacterCodingException notText) {
      // Shown below.
    }
    int shown = Math.min(bytes.length, BYTES_SHOWN_MAX);
    return "0x%s%s (%d bytes)"
        .formatted(
            HexFormat.of().formatHex(bytes, 0, shown),
            shown < bytes.length ? "..." : "",
            bytes.length);
  }

  /** {@code topic-partition-offset}. */
  String at() {
    return partition + "-" + offset;
  }

  /** Where the record lies that it was made from, or that was set aside. */
  Optional<String> madeFrom() {
    String topic = headers.get("onceflow_original_topic");
    return topic == null
        ? Optional.ofNullable(headers.get(CloudEventHeaders.INPUT))
        : Optional.of(
            "%s-%s-%s"
                .formatted(
                    topic,
                    headers.get("onceflow_original_partition"),
                    headers.get("onceflow_original_offset")));
  }

  /** Why it was set aside, if it was. */
  Optional<String> setAsideBecause() {
    return Optional.ofNullable(headers.get("onceflow_reason"))
        .map(
            reason ->
                headers.containsKey("onceflow_detail")
                    ? reason + ": " + headers.get("onceflow_detail")
                    : reason);
  }
}
