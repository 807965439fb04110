package dev.onceflow.sink.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.sink.failure.TroubleException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * A registry over Confluent's REST API ({@code GET /schemas/ids/N}), references included. Asks each
 * address once; whoever asked tries again later.
 */
final class HttpSchemaSource implements SchemaSource {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryAccess access;
  private HttpClient client;

  HttpSchemaSource(RegistryAccess access) {
    this.access = access;
  }

  @Override
  public Schema schema(int id) {
    JsonNode answer = ask("/schemas/ids/" + id, "schema ID " + id);
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new UnknownSchemaException("schema ID " + id + " is of type " + type + ", not AVRO");
    }
    try {
      Schema.Parser parser = new Schema.Parser();
      parseReferences(answer, parser);
      return parser.parse(answer.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new UnknownSchemaException("schema ID " + id + " is no Avro schema: " + e.getMessage());
    }
  }

  /** What a schema refers to comes first, so that the parser knows its names. */
  private void parseReferences(JsonNode answer, Schema.Parser parser) {
    for (JsonNode reference : answer.path("references")) {
      if (!parser.getTypes().containsKey(reference.path("name").asText())) {
        String subject = reference.path("subject").asText();
        JsonNode referred =
            ask(
                "/subjects/"
                    + URLEncoder.encode(subject, StandardCharsets.UTF_8)
                    + "/versions/"
                    + reference.path("version").asInt(),
                "a version of subject " + subject);
        parseReferences(referred, parser);
        parser.parse(referred.path("schema").asText());
      }
    }
  }

  private JsonNode ask(String path, String what) {
    TroubleException failure = null;
    for (URI address : access.addresses()) {
      try {
        return askOnce(address, path, what);
      } catch (TroubleException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure;
  }

  private JsonNode askOnce(URI address, String path, String what) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(ANSWER_TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    access.authorization().ifPresent(value -> request.header("Authorization", value));
    HttpResponse<String> response;
    try {
      response = client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new TroubleException(
          "the schema registry " + address + " can't be asked for " + what + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TroubleException("interrupted while asking for " + what, e);
    }
    if (response.statusCode() == NOT_FOUND) {
      throw new UnknownSchemaException("the schema registry " + address + " has no " + what);
    }
    if (response.statusCode() != OK) {
      throw new TroubleException(
          "the schema registry %s answers HTTP %d when it is asked for %s"
              .formatted(address, response.statusCode(), what),
          null);
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new TroubleException("the schema registry " + address + " doesn't answer JSON", e);
    }
  }

  // Made when it is first needed: start() must not fail for it, and the worker's own class loader
  // may have no use for it.
  private HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_TIMEOUT)
              .build();
    }
    return client;
  }
}
