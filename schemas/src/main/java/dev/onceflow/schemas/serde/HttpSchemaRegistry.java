package dev.onceflow.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A registry over Confluent's REST API ({@code POST /subjects/S/versions}, {@code GET
 * /schemas/ids/N}). Answers are kept for good, since an ID never changes its meaning, so a running
 * job asks once per schema. Each question is tried on every address, several times, before it gives
 * up.
 */
final class HttpSchemaRegistry implements SchemaRegistry {
  private static final int ROUNDS_MAX = 5;
  private static final long RETRY_BACKOFF_MS = 200;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<URI> addresses;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();

  private record Registration(String subject, Schema schema) {}

  HttpSchemaRegistry(List<URI> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  @Override
  public int register(String subject, Schema schema) {
    Registration registration = new Registration(subject, schema);
    Integer known = ids.get(registration);
    if (known != null) {
      return known;
    }
    String body = json(Map.of("schema", schema.toString()));
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    int id;
    try {
      id =
          ask("POST", path + "/versions", body, "register a schema under " + subject)
              .path("id")
              .asInt();
    } catch (SerializationException refused) {
      id = registeredMeanwhile(path, body, refused);
    }
    ids.put(registration, id);
    return id;
  }

  // Apicurio answers 409 to the loser of a race between two that register the same new schema,
  // which
  // threads and instances of a starting job do. It is a refusal only if the schema isn't there now.
  private int registeredMeanwhile(String path, String body, SerializationException refused) {
    try {
      return ask("POST", path, body, "look up a schema").path("id").asInt();
    } catch (SerializationException notThere) {
      refused.addSuppressed(notThere);
      throw refused;
    }
  }

  @Override
  public Schema schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    JsonNode answer = ask("GET", "/schemas/ids/" + id, null, "look up schema ID " + id);
    Schema schema = new Schema.Parser().parse(answer.path("schema").asText());
    schemas.put(id, schema);
    return schema;
  }

  private JsonNode ask(String method, String path, String body, String purpose) {
    RegistryUnavailableException failure = null;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      if (round > 0) {
        pause(RETRY_BACKOFF_MS << round);
      }
      for (URI address : addresses) {
        try {
          return askOnce(address, method, path, body, purpose);
        } catch (RegistryUnavailableException e) {
          if (failure != null) {
            e.addSuppressed(failure);
          }
          failure = e;
        }
      }
    }
    throw failure;
  }

  private JsonNode askOnce(URI address, String method, String path, String body, String purpose) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(ANSWER_TIMEOUT)
            .header("Content-Type", CONTENT_TYPE)
            .header("Accept", CONTENT_TYPE + ", application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new RegistryUnavailableException(
          "Schema registry " + address + " can't be reached to " + purpose, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("Interrupted while waiting to " + purpose, e);
    }
    int status = response.statusCode();
    if (status == NOT_FOUND || status == CONFLICT || status == UNPROCESSABLE) {
      throw new SerializationException(
          "Schema registry %s refused to %s: HTTP %d %s"
              .formatted(address, purpose, status, response.body()));
    }
    if (status != 200) {
      throw new RegistryUnavailableException(
          "Schema registry %s failed to %s: HTTP %d %s"
              .formatted(address, purpose, status, response.body()),
          null);
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new RegistryUnavailableException(
          "Schema registry " + address + " gave an answer that is not JSON to " + purpose, e);
    }
  }

  private static String json(Map<String, String> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings always have a JSON form", e);
    }
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("Interrupted while waiting for the registry", e);
    }
  }
}
