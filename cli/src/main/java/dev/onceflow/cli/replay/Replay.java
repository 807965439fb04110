package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code onceflow.replays}.
 *
 * @param id its number
 * @param run under which its fences are kept; the number and something random, so that it never
 *     comes again, not even in a database that went back
 * @param connector the live one
 * @param request what was asked for
 * @param rate records a second; empty for no limit
 */
record Replay(
    long id,
    String run,
    String kind,
    String sink,
    String connector,
    ReplayState state,
    Optional<Long> rate,
    String reason,
    String startedBy,
    Instant startedAt,
    Optional<Instant> finishedAt,
    JsonNode request,
    JsonNode ranges,
    Optional<JsonNode> plan,
    Optional<JsonNode> result) {
  /**
   * What its own connector is called: by the live one's name when it was begun, so that a live one
   * which was renamed since doesn't make a second one.
   */
  String replayConnector() {
    return connector + "-replay-" + run;
  }

  /** The consumer group that Connect gives it. */
  String replayGroup() {
    return "connect-" + replayConnector();
  }

  List<Range> rangeList() {
    List<Range> list = new ArrayList<>();
    ranges.forEach(range -> list.add(Range.of(range)));
    return list;
  }

  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("run", run)
            .put("kind", kind)
            .put("sink", sink)
            .put("connector", connector)
            .put("state", state.label())
            .put("rate", rate.orElse(null))
            .put("reason", reason)
            .put("started_by", startedBy)
            .put("started_at", startedAt.toString())
            .put("finished_at", finishedAt.map(Instant::toString).orElse(null));
    json.set("request", request);
    json.set("ranges", ranges);
    json.set("plan", plan.orElse(null));
    json.set("result", result.orElse(null));
    return json;
  }

  /** One line. */
  String text() {
    return "%d  %s of sink %s, %s%s, begun %s by %s%s: %s"
        .formatted(
            id,
            kind,
            sink,
            state.label(),
            rate.map(" at most %,d a second"::formatted).orElse(""),
            startedAt,
            startedBy,
            finishedAt.map(at -> ", ended " + at).orElse(""),
            reason);
  }
}
