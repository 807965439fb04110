package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.schemas.serde.AvroJson;
import dev.onceflow.schemas.serde.RegistryAccessException;
import dev.onceflow.schemas.serde.RegistryUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Values as JSON and back: decoded where a registry is given that knows their schema, else as text
 * or base64. What isn't changed gives the same bytes again. Used by one thread.
 */
final class ValueFormat {
  private static final String AVRO = "avro";
  private static final String SCHEMA_ID = "schema_id";

  private final Optional<AvroJson> avro;

  /**
   * @param registry the serdes' settings; empty where nobody names a registry
   */
  static ValueFormat of(Optional<Map<String, Object>> registry) {
    try {
      return new ValueFormat(registry.map(AvroJson::new));
    } catch (ConfigException e) {
      throw new UserException("The schema registry's settings are wrong: " + e.getMessage(), e);
    }
  }

  ValueFormat(Optional<AvroJson> avro) {
    this.avro = avro;
  }

  JsonNode json(byte[] value) {
    try {
      Optional<AvroJson.Value> decoded = avro.flatMap(each -> each.read(value));
      if (decoded.isPresent()) {
        ObjectNode json = Json.object().put(SCHEMA_ID, decoded.get().schemaId());
        json.set(AVRO, Json.read(decoded.get().json()));
        return json;
      }
      return Json.bytes(value);
    } catch (JsonProcessingException e) {
      // Avro writes NaN and infinities, which JSON doesn't have.
      return Json.bytes(value);
    } catch (RegistryUnavailableException | RegistryAccessException e) {
      throw new UserException(
          "The schema registry can't be asked: %s; check --schema-registry, or leave it away to see the bytes."
              .formatted(e.getMessage()),
          e);
    }
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException if it is not of that form, with what is expected
   */
  byte[] bytes(JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    if (json.path("text").isTextual() && json.size() == 1) {
      return json.get("text").textValue().getBytes(StandardCharsets.UTF_8);
    }
    if (json.path("base64").isTextual() && json.size() == 1) {
      return Base64.getDecoder().decode(json.get("base64").textValue());
    }
    if (json.path(SCHEMA_ID).canConvertToInt() && json.has(AVRO) && json.size() == 2) {
      return encoded(new AvroJson.Value(json.get(SCHEMA_ID).intValue(), json.get(AVRO).toString()));
    }
    throw new IllegalArgumentException(
        "%s is neither null nor {\"text\": ...}, {\"base64\": ...} or {\"schema_id\": N, \"avro\": ...}"
            .formatted(json));
  }

  private byte[] encoded(AvroJson.Value value) {
    AvroJson writer =
        avro.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the value is decoded Avro; say with --schema-registry where its schema is"));
    try {
      return writer.write(value);
    } catch (RegistryUnavailableException | RegistryAccessException e) {
      throw new UserException(
          "The schema registry can't be asked: %s; check --schema-registry."
              .formatted(e.getMessage()),
          e);
    } catch (SerializationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
