package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.schemas.serde.GenericAvroReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes values by what they look like: Avro behind a schema's ID, or JSON, bare or with Connect's
 * schema beside it.
 */
final class Values {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<GenericAvroReader> avro;

  /**
   * What a value says.
   *
   * @param value a JSON tree, or an Avro record
   * @param schema Connect's schema, where it stood beside the value
   */
  record Decoded(Object value, Optional<JsonNode> schema) {}

  /** A value can't be decoded. */
  static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  Values(Optional<GenericAvroReader> avro) {
    this.avro = avro;
  }

  /**
   * Decodes.
   *
   * @throws UnreadableException if it is neither JSON nor Avro
   */
  Decoded decode(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return new Decoded(JSON.nullNode(), Optional.empty());
    }
    try {
      if (value.length > 0 && value[0] == 0) {
        if (avro.isEmpty()) {
          throw new UnreadableException(
              "values are Avro, and no schema registry is known: give --schema-registry", null);
        }
        return new Decoded(avro.get().read(value), Optional.empty());
      }
      JsonNode tree = JSON.readTree(value);
      return tree.has("schema") && tree.has("payload") && tree.size() == 2
          ? new Decoded(tree.get("payload"), Optional.of(tree.get("schema")))
          : new Decoded(tree, Optional.empty());
    } catch (IOException | org.apache.kafka.common.errors.SerializationException e) {
      throw new UnreadableException(
          "value of %s-%d@%d: %s"
              .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()),
          e);
    }
  }
}
