package dev.onceflow.schemas.serde;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.schemas.serde.RegistryClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A registry over Confluent's REST API ({@code POST /subjects/S/versions}, {@code POST
 * /subjects/S}, {@code GET /schemas/ids/N}). Answers are kept for good, since an ID never changes
 * its meaning: a running job asks once per schema, and goes on without the registry as long as it
 * meets no other. What is not known there is asked for each time, since it may come.
 */
final class HttpSchemaRegistry implements SchemaRegistry {
  private static final String AVRO = "AVRO";

  /** Confluent's code for an ID that isn't there; 404 itself is what any web server says. */
  private static final int SCHEMA_NOT_FOUND = 40403;

  private final RegistryClient client;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();

  private record Registration(String subject, Schema schema) {}

  private HttpSchemaRegistry(RegistryClient client) {
    this.client = client;
  }

  static SchemaRegistry of(RegistryAccess access) {
    return new HttpSchemaRegistry(new RegistryClient(access));
  }

  @Override
  public int register(String subject, Schema schema) {
    Registration registration = new Registration(subject, schema);
    Integer known = ids.get(registration);
    if (known != null) {
      return known;
    }
    String purpose = "register a schema under " + subject;
    Answer answer = client.post(path(subject) + "/versions", body(schema), purpose);
    if (answer.isRefusal()) {
      answer = registeredMeanwhile(registration, answer, purpose);
    }
    return kept(registration, answer, purpose);
  }

  // Apicurio answers 409 to the loser of a race between two that register the same new schema,
  // which threads and instances of a starting job do. It is a refusal only if the schema isn't
  // there now.
  private Answer registeredMeanwhile(Registration registration, Answer refusal, String purpose) {
    Answer found =
        client.post(path(registration.subject), body(registration.schema), "look up a schema");
    if (found.isRefusal()) {
      throw refusal.refused(purpose);
    }
    return found;
  }

  @Override
  public int find(String subject, Schema schema) {
    Registration registration = new Registration(subject, schema);
    Integer known = ids.get(registration);
    if (known != null) {
      return known;
    }
    String purpose = "find the schema of %s under %s".formatted(schema.getFullName(), subject);
    Answer answer = client.post(path(subject), body(schema), purpose);
    if (answer.isRefusal()) {
      throw new SerializationException(
          "%s. Register it there, or set %s=true"
              .formatted(answer.refused(purpose).getMessage(), SerdeConfig.AUTO_REGISTER));
    }
    return kept(registration, answer, purpose);
  }

  private int kept(Registration registration, Answer answer, String purpose) {
    JsonNode id = answer.body().path("id");
    if (!id.isInt()) {
      throw new RegistryUnavailableException(
          "Schema registry %s answered without an ID when it was asked to %s"
              .formatted(answer.door().address(), purpose),
          null);
    }
    ids.put(registration, id.intValue());
    return id.intValue();
  }

  @Override
  public Schema schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    String purpose = "look up schema ID " + id;
    Answer answer = client.get("/schemas/ids/" + id, purpose);
    if (answer.isRefusal()) {
      requireARegistry(answer, purpose);
      throw answer.refused(purpose);
    }
    String type = answer.body().path("schemaType").asText(AVRO);
    if (!type.equals(AVRO)) {
      throw new SerializationException(
          "Schema ID %d is of type %s, not %s".formatted(id, type, AVRO));
    }
    try {
      Schema.Parser parser = new Schema.Parser();
      parseReferences(answer.body(), parser);
      Schema schema = parser.parse(answer.body().path("schema").asText());
      schemas.put(id, schema);
      return schema;
    } catch (AvroRuntimeException e) {
      throw new SerializationException(
          "Schema ID %d is no Avro schema: %s".formatted(id, e.getMessage()), e);
    }
  }

  // A wrong path or a gateway in front answers 404 to everything. Taken for an unknown ID, that
  // would set every record aside.
  private void requireARegistry(Answer refusal, String purpose) {
    if (refusal.isNotFound()
        && refusal.body().path("error_code").asInt() != SCHEMA_NOT_FOUND
        && client.get("/subjects", "list its subjects").isRefusal()) {
      throw new RegistryAccessException(
          "%s is no schema registry: HTTP 404, asked to %s and to list its subjects. Check %s (Apicurio's ends in /apis/ccompat/v7)"
              .formatted(refusal.door().address(), purpose, SerdeConfig.REGISTRY_URL));
    }
  }

  /** What a schema refers to comes first, so that the parser knows its names. */
  private void parseReferences(JsonNode answer, Schema.Parser parser) {
    for (JsonNode reference : answer.path("references")) {
      if (!parser.getTypes().containsKey(reference.path("name").asText())) {
        String subject = reference.path("subject").asText();
        int version = reference.path("version").asInt();
        String purpose = "look up version %d of %s".formatted(version, subject);
        Answer referred = client.get(path(subject) + "/versions/" + version, purpose);
        if (referred.isRefusal()) {
          throw referred.refused(purpose);
        }
        parseReferences(referred.body(), parser);
        parser.parse(referred.body().path("schema").asText());
      }
    }
  }

  private static String path(String subject) {
    return "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
  }

  private static Map<String, String> body(Schema schema) {
    return Map.of("schema", schema.toString());
  }
}
