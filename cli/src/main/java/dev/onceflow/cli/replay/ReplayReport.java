package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;

/** What became of a replay, for people. */
final class ReplayReport {
  private ReplayReport() {}

  static int exitCode(Replay replay) {
    boolean isSettled =
        replay.result().map(result -> result.path("settled").asBoolean()).orElse(false);
    return replay.state() == ReplayState.DONE && isSettled ? ExitCode.OK : ExitCode.DISAGREES;
  }

  static String text(Replay replay) {
    List<String> lines = new ArrayList<>();
    lines.add("Replay " + replay.text());
    for (Range range : replay.rangeList()) {
      lines.add(
          "  Range     %s from %d up to %d"
              .formatted(range.partition(), range.start(), range.end()));
    }
    replay.plan().ifPresent(plan -> tables(lines, "Before  ", plan.path("counted")));
    replay
        .plan()
        .ifPresent(
            plan -> plan.path("refusals").forEach(r -> lines.add("  Refused   " + r.asText())));
    replay
        .result()
        .ifPresent(
            result -> {
              tables(lines, "After   ", result.path("counted"));
              lines.add("  Answer    " + answer(result));
            });
    return String.join("\n", lines) + "\n";
  }

  private static String answer(JsonNode result) {
    return result.path("settled").asBoolean()
        ? "nothing of the range is missing: applied once more, it would change nothing"
        : "something of the range is still missing: see what was rejected (onceflow.dlq, the dead letter queue), or what somebody changed meanwhile";
  }

  private static void tables(List<String> lines, String when, JsonNode counted) {
    counted
        .path("tables")
        .properties()
        .forEach(
            table -> {
              JsonNode c = table.getValue();
              lines.add(
                  "  %s  %s: %s"
                      .formatted(
                          when,
                          table.getKey(),
                          c.has("not_counted")
                              ? "not counted: " + c.path("not_counted").asText()
                              : new Counts(
                                      c.path("taken").asLong(),
                                      c.path("new").asLong(),
                                      c.path("duplicate").asLong(),
                                      c.path("changed").asLong(),
                                      c.path("unprovable").asLong(),
                                      c.path("without_id").asLong())
                                  .text()));
            });
  }
}
