package dev.onceflow.cli.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A Connect cluster's REST API. While its group rebalances a worker answers 409, and while it
 * starts nothing: both are waited for, for a limited time.
 */
final class ConnectApi {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long RETRY_MS = 200;
  private static final int NOT_FOUND = 404;
  private static final int REBALANCING = 409;
  private static final int FAILURES = 300;
  private static final int SERVER_FAILURES = 500;
  private static final String ERROR_CODE = "\"error_code\"";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  ConnectApi(String url) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** A connector's configuration; empty where there is no such connector. */
  Optional<Map<String, String>> config(String connector) {
    HttpResponse<String> response = answered("GET", path(connector) + "/config", null);
    if (response.statusCode() == NOT_FOUND) {
      return Optional.empty();
    }
    Map<String, String> config = new TreeMap<>();
    parsed(accepted("read connector " + connector, response))
        .properties()
        .forEach(field -> config.put(field.getKey(), field.getValue().asText()));
    return Optional.of(config);
  }

  /** The settings of a kind of connector that have a default there, with it. */
  Map<String, String> defaults(String connectorClass) {
    String path = "/connector-plugins/" + encoded(connectorClass) + "/config";
    Map<String, String> defaults = new TreeMap<>();
    for (JsonNode key : parsed(accepted("show " + connectorClass, answered("GET", path, null)))) {
      if (!key.path("default_value").isNull()) {
        defaults.put(key.path("name").asText(), key.path("default_value").asText());
      }
    }
    return defaults;
  }

  /** Makes a connector, unless it is there with that configuration. */
  void put(String connector, Map<String, String> config) {
    Map<String, String> wanted = new TreeMap<>(config);
    wanted.put("name", connector);
    // The same again would restart its tasks.
    if (config(connector).filter(wanted::equals).isEmpty()) {
      String purpose = "make connector " + connector;
      accepted(purpose, answered("PUT", path(connector) + "/config", json(wanted)));
    }
  }

  /** Restarts its failed tasks. */
  void restartFailed(String connector) {
    String path = path(connector) + "/restart?includeTasks=true&onlyFailed=true";
    accepted("restart connector " + connector, answered("POST", path, null));
  }

  /**
   * What a failed task of the connector said, in one line; empty where none has failed, or the
   * cluster doesn't answer now.
   */
  Optional<String> failure(String connector) {
    try {
      HttpResponse<String> response = send("GET", path(connector) + "/status", null);
      if (response.statusCode() >= FAILURES) {
        return Optional.empty();
      }
      JsonNode status = parsed(response);
      if (status.path("connector").path("state").asText().equals("FAILED")) {
        return Optional.of(firstLines(status.path("connector").path("trace").asText()));
      }
      for (JsonNode task : status.path("tasks")) {
        if (task.path("state").asText().equals("FAILED")) {
          return Optional.of(firstLines(task.path("trace").asText()));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Connect wraps what a task threw; the last cause says what it was. */
  private static String firstLines(String trace) {
    String said = "";
    for (String line : trace.lines().toList()) {
      boolean isCause = line.startsWith("Caused by: ");
      if (said.isEmpty() || isCause) {
        said = line.substring(isCause ? "Caused by: ".length() : 0);
      }
    }
    return said;
  }

  /** Takes a connector away, if it is there; returns when the cluster has forgotten it. */
  void delete(String connector) {
    HttpResponse<String> response = answered("DELETE", path(connector), null);
    if (response.statusCode() != NOT_FOUND) {
      accepted("delete connector " + connector, response);
    }
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (answered("GET", path(connector) + "/status", null).statusCode() != NOT_FOUND) {
      if (System.nanoTime() > deadlineNs) {
        throw new UserException(
            "Connector %s is still there %d s after it was deleted: look at the workers' logs, then run the same command again."
                .formatted(connector, PATIENCE.toSeconds()));
      }
      pause();
    }
  }

  private static String path(String connector) {
    return "/connectors/" + encoded(connector);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<String> accepted(String purpose, HttpResponse<String> response) {
    if (response.statusCode() >= FAILURES) {
      throw new UserException(
          "Connect at %s refused to %s: HTTP %d %s"
              .formatted(url, purpose, response.statusCode(), response.body()));
    }
    return response;
  }

  private HttpResponse<String> answered(String method, String path, String body) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        HttpResponse<String> response = send(method, path, body);
        if (!isLater(response) || System.nanoTime() > deadlineNs) {
          return response;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadlineNs) {
          throw new UserException(
              "Connect at %s can't be reached (%s): give its REST address with --connect-url."
                  .formatted(url, e),
              e);
        }
      }
      pause();
    }
  }

  /**
   * Whether to ask again. A worker that starts answers 404 to everything, and not in JSON, before
   * it knows its connectors: taken for an answer, a connector that is there would be gone.
   */
  private static boolean isLater(HttpResponse<String> response) {
    return response.statusCode() == REBALANCING
        || response.statusCode() >= SERVER_FAILURES
        || (response.statusCode() == NOT_FOUND && !response.body().contains(ERROR_CODE));
  }

  private HttpResponse<String> send(String method, String path, String body) throws IOException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + path))
              .timeout(ANSWER_TIMEOUT)
              .header("Content-Type", "application/json")
              .method(method, publisher)
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IllegalArgumentException e) {
      throw new UserException("--connect-url is %s: expected http://HOST:PORT.".formatted(url), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Connect", e);
    }
  }

  private static JsonNode parsed(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new UserException(
          "What answers at %s isn't Connect: give its REST address with --connect-url."
              .formatted(response.uri()),
          e);
    }
  }

  private static String json(Map<String, String> config) {
    try {
      return JSON.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts always have a JSON form", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Connect", e);
    }
  }
}
