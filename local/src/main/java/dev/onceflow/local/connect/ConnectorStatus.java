package dev.onceflow.local.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a worker says of a connector.
 *
 * @param connector the connector's own state
 * @param tasks the states of its tasks, by task number
 */
public record ConnectorStatus(Part connector, List<Part> tasks) {
  /**
   * A connector or one of its tasks.
   *
   * @param state RUNNING, FAILED, PAUSED, STOPPED, UNASSIGNED or RESTARTING
   * @param worker the worker that it is assigned to
   * @param trace the stack trace where it has failed, else empty
   */
  public record Part(String state, String worker, String trace) {
    private static Part of(JsonNode json) {
      return new Part(
          json.path("state").asText(),
          json.path("worker_id").asText(),
          json.path("trace").asText(""));
    }
  }

  static ConnectorStatus of(JsonNode json) {
    List<Part> tasks = new ArrayList<>();
    json.path("tasks").forEach(task -> tasks.add(Part.of(task)));
    return new ConnectorStatus(Part.of(json.path("connector")), List.copyOf(tasks));
  }

  /** Whether the connector and at least one task run, and no task does not. */
  public boolean running() {
    return connector.state.equals("RUNNING")
        && !tasks.isEmpty()
        && tasks.stream().allMatch(task -> task.state.equals("RUNNING"));
  }

  /** The stack traces of what has failed: the connector, its tasks. */
  public List<String> failures() {
    return Stream.concat(Stream.of(connector), tasks.stream())
        .filter(part -> part.state.equals("FAILED"))
        .map(Part::trace)
        .toList();
  }

  /** The first of them. */
  public Optional<String> failure() {
    return failures().stream().findFirst();
  }
}
