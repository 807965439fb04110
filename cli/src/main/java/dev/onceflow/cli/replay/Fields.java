package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The values of one record, as texts. What isn't asked for isn't decoded. */
final class Fields {
  private final ConsumerRecord<byte[], byte[]> record;
  private final Function<ConsumerRecord<byte[], byte[]>, Values.Decoded> values;
  private Values.Decoded decoded;

  /**
   * @param values decodes a value
   */
  Fields(
      ConsumerRecord<byte[], byte[]> record,
      Function<ConsumerRecord<byte[], byte[]>, Values.Decoded> values) {
    this.record = record;
    this.values = values;
  }

  /** For people. */
  String place() {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  boolean isTombstone() {
    return record.value() == null;
  }

  /** A field of the value; inside structs by dots. */
  Optional<String> field(String path) {
    Object at = decoded().value();
    int from = 0;
    while (from <= path.length()) {
      int dot = path.indexOf('.', from);
      String name = path.substring(from, dot < 0 ? path.length() : dot);
      at = child(at, name);
      if (at == null || dot < 0) {
        return text(at);
      }
      from = dot + 1;
    }
    return Optional.empty();
  }

  /** What the value says. */
  Values.Decoded decoded() {
    if (decoded == null) {
      decoded = values.apply(record);
    }
    return decoded;
  }

  private static Object child(Object parent, String name) {
    if (parent instanceof JsonNode node) {
      JsonNode child = node.get(name);
      return child == null || child.isNull() ? null : child;
    }
    return parent instanceof GenericRecord struct && struct.hasField(name)
        ? struct.get(name)
        : null;
  }

  private static Optional<String> text(Object found) {
    return Optional.ofNullable(found)
        .map(f -> f instanceof JsonNode node && node.isValueNode() ? node.asText() : f.toString());
  }

  Optional<String> header(String name) {
    Header last = record.headers().lastHeader(name);
    return last == null || last.value() == null
        ? Optional.empty()
        : Optional.of(new String(last.value(), StandardCharsets.UTF_8));
  }

  Optional<String> part(String name) {
    Supplier<String> found =
        switch (name) {
          case "key" ->
              () -> record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
          case "topic" -> record::topic;
          case "partition" -> () -> Integer.toString(record.partition());
          case "offset" -> () -> Long.toString(record.offset());
          default -> () -> null;
        };
    return Optional.ofNullable(found.get());
  }
}
