package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;

/** What became of a replay, for people. */
final class ReplayReport {
  private ReplayReport() {}

  static int exitCode(Replay replay) {
    return replay.state() == ReplayState.DONE
        ? replay.result().map(result -> answer(result).exitCode()).orElse(ExitCode.FAILED)
        : ExitCode.DISAGREES;
  }

  static String text(Replay replay) {
    List<String> lines = new ArrayList<>();
    lines.add("Replay " + replay.text());
    JsonNode run = SecondRun.noted(replay);
    if (run.has("application_id")) {
      lines.add(
          "  Job       %s as %s"
              .formatted(run.path("job").asText(), run.path("application_id").asText()));
    }
    for (JsonNode input : run.path("inputs")) {
      Range range = Range.of(input);
      lines.add("  Input     %s up to %d".formatted(range.partition(), range.end()));
    }
    for (Range range : replay.rangeList()) {
      lines.add(
          "  Range     %s from %d up to %d"
              .formatted(range.partition(), range.start(), range.end()));
    }
    RecordFilter filter = RecordFilter.of(replay);
    if (!filter.isAll()) {
      lines.add("  Filter    " + filter.text());
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
              long expired = result.path("expired").asLong();
              if (expired > 0) {
                lines.add("  Expired   %,d offsets while it ran: not counted".formatted(expired));
              }
              ContentAudit.text(lines, result.path("audits"));
              lines.add("  Answer    " + text(result, filter));
            });
    return String.join("\n", lines) + "\n";
  }

  private static Settled settled(JsonNode result) {
    return Settled.of(result.path("settled").asText());
  }

  /** What the count says, and the audits of content. */
  private static Settled answer(JsonNode result) {
    return settled(result).and(ContentAudit.settled(result.path("audits")));
  }

  private static String text(JsonNode result, RecordFilter filter) {
    String counted = counted(result, filter);
    Settled audited = ContentAudit.settled(result.path("audits"));
    return switch (audited) {
      case YES -> counted;
      case NO -> counted + "; and a table DIFFERS from its topic: see 'onceflow audit table'";
      case UNKNOWN -> counted + "; and not every audit could be done";
    };
  }

  private static String counted(JsonNode result, RecordFilter filter) {
    String read = result.path("sampled").asBoolean() ? "the sample" : "the range";
    String what = filter.isAll() ? read : "what the filter takes of " + read;
    boolean isAudited = result.path("audits").findValue("certificate") != null;
    return switch (settled(result)) {
      case YES ->
          "no effect of %s is missing, by event IDs and versions; what the rows hold %s"
              .formatted(
                  what, isAudited ? "was compared where an audit says so" : "wasn't compared");
      case NO ->
          "some effects of %s are still missing: see what was rejected (onceflow.dlq, the dead letter queue), or what somebody changed meanwhile"
              .formatted(what);
      case UNKNOWN ->
          "nothing is known to be missing, but not everything of %s could be counted"
              .formatted(what);
    };
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
