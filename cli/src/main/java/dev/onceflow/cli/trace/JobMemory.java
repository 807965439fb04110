package dev.onceflow.cli.trace;

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
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What the memory of a running job says of an event ID. A job that can't be asked is no failure:
 * the topics tell most of the story.
 *
 * @param answer what it said, or why it said nothing, for people
 * @param outcome what became of the event, where the memory knows it
 * @param arrived when it came, by the job's clock
 * @param isSure whether the whole memory was asked, so that an unknown ID is one
 */
record JobMemory(
    String answer, Optional<String> outcome, Optional<Instant> arrived, boolean isSure) {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /** Where no job is to be asked. */
  static JobMemory notAsked() {
    return new JobMemory(
        "not asked: --job-url names no job", Optional.empty(), Optional.empty(), false);
  }

  /** Asks any instance, which asks the others. */
  static JobMemory ask(String url, String eventId) {
    String question =
        url
            + "/state/events/"
            + URLEncoder.encode(eventId, StandardCharsets.UTF_8).replace("+", "%20");
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(question)).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString());
      return of(url, response.statusCode(), response.body());
    } catch (IOException e) {
      return unsure("%s doesn't answer: %s".formatted(url, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** What a job's answer means. */
  static JobMemory of(String url, int status, String body) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(body);
    } catch (JsonProcessingException e) {
      return unsure("%s answers %d and no JSON: is it a job's http.port?".formatted(url, status));
    }
    String error = json.path("error").asText("");
    if (status == NOT_FOUND && !error.startsWith("ask ") && !error.startsWith("there are ")) {
      return new JobMemory(
          "%s doesn't know the ID: never decided, or forgotten past the horizon".formatted(url),
          Optional.empty(),
          Optional.empty(),
          true);
    }
    if (status != OK) {
      return unsure("%s answers %d: %s".formatted(url, status, error.isEmpty() ? body : error));
    }
    String outcome = json.path("outcome").asText("");
    Optional<Instant> arrived = time(json.path("arrived").asText(""));
    return new JobMemory(
        "%s remembers it: %s, arrived %s"
            .formatted(url, outcome, arrived.map(Instant::toString).orElse("at an unknown time")),
        Optional.of(outcome),
        arrived,
        true);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }

  private static JobMemory unsure(String why) {
    return new JobMemory(why, Optional.empty(), Optional.empty(), false);
  }
}
