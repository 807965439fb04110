package dev.onceflow.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.onceflow.schemas.serde.RegistryAccess.Door;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Asks a registry over HTTP and sorts what comes back: an answer to the question, which may be a
 * refusal; a registry that is away or in trouble, which is asked again, on every address and
 * several times ({@link RegistryUnavailableException}); a registry that says no to whoever asks,
 * which is not asked again ({@link RegistryAccessException}). Safe for use by many threads.
 */
final class RegistryClient {
  private static final int ROUNDS_MAX = 5;
  private static final long RETRY_BACKOFF_MS = 200;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final int QUOTED_CHARS_MAX = 400;
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final Set<Integer> DENIALS = Set.of(401, 403);

  /** Not found, in conflict, unprocessable: the registry understood the question. */
  private static final Set<Integer> REFUSALS = Set.of(NOT_FOUND, 409, 422);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryAccess access;
  private final HttpClient client;

  /**
   * What a registry said.
   *
   * @param door where
   * @param status HTTP's status: 200, or a refusal
   * @param body the answer; missing where a refusal has no JSON
   * @param text the answer as it came
   */
  record Answer(Door door, int status, JsonNode body, String text) {
    boolean isRefusal() {
      return status != OK;
    }

    boolean isNotFound() {
      return status == NOT_FOUND;
    }

    SerializationException refused(String purpose) {
      return new SerializationException(
          "Schema registry %s refused to %s: HTTP %d %s"
              .formatted(door.address(), purpose, status, quoted(text)));
    }
  }

  /**
   * @throws org.apache.kafka.common.config.ConfigException if a store of keys can't be opened
   */
  RegistryClient(RegistryAccess access) {
    this.access = access;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    access.tls().applyTo(builder);
    this.client = builder.build();
  }

  /** Asks with {@code GET}. The purpose is for messages: "Schema registry X failed to PURPOSE". */
  Answer get(String path, String purpose) {
    return ask(path, HttpRequest.newBuilder().GET(), purpose);
  }

  /** Asks with {@code POST}. */
  Answer post(String path, Object body, String purpose) {
    return ask(
        path,
        HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(json(body))),
        purpose);
  }

  private Answer ask(String path, HttpRequest.Builder question, String purpose) {
    RegistryUnavailableException failure = null;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      if (round > 0) {
        pause(RETRY_BACKOFF_MS << round);
      }
      for (Door door : access.doors()) {
        try {
          return askOnce(door, path, question.copy(), purpose);
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

  private Answer askOnce(Door door, String path, HttpRequest.Builder question, String purpose) {
    question
        .uri(URI.create(door.address().uri() + path))
        .timeout(ANSWER_TIMEOUT)
        .header("Content-Type", CONTENT_TYPE)
        .header("Accept", CONTENT_TYPE + ", application/json");
    door.authorization().ifPresent(value -> question.header("Authorization", value.value()));
    HttpResponse<String> response = send(door, question.build(), purpose);
    int status = response.statusCode();
    if (DENIALS.contains(status)) {
      // Without the body: what a gateway writes there may repeat what it was sent.
      throw new RegistryAccessException(
          "Schema registry %s does not let this client %s: HTTP %d, asked %s. Check %s"
              .formatted(
                  door.address(),
                  purpose,
                  status,
                  door.authorization().isPresent() ? "with credentials" : "without credentials",
                  RegistryCredentials.SETTINGS));
    }
    if (status != OK && !REFUSALS.contains(status)) {
      throw new RegistryUnavailableException(
          "Schema registry %s failed to %s: HTTP %d %s"
              .formatted(door.address(), purpose, status, quoted(response.body())),
          null);
    }
    return new Answer(door, status, parsed(door, response, purpose), response.body());
  }

  private HttpResponse<String> send(Door door, HttpRequest request, String purpose) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (SSLException e) {
      throw new RegistryUnavailableException(
          "Schema registry %s can't be reached over TLS to %s (%s): check %sssl.truststore.* and %sssl.keystore.*"
              .formatted(
                  door.address(), purpose, e.getMessage(), RegistryTls.PREFIX, RegistryTls.PREFIX),
          e);
    } catch (IOException e) {
      throw new RegistryUnavailableException(
          "Schema registry " + door.address() + " can't be reached to " + purpose, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("Interrupted while waiting to " + purpose, e);
    }
  }

  private static JsonNode parsed(Door door, HttpResponse<String> response, String purpose) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      if (response.statusCode() != OK) {
        return MissingNode.getInstance();
      }
      throw new RegistryUnavailableException(
          "Schema registry " + door.address() + " gave an answer that is not JSON to " + purpose,
          e);
    }
  }

  private static String quoted(String text) {
    return text.length() <= QUOTED_CHARS_MAX ? text : text.substring(0, QUOTED_CHARS_MAX) + " ...";
  }

  private static String json(Object body) {
    try {
      return JSON.writeValueAsString(body);
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
