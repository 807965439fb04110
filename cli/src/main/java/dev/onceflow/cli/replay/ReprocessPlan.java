package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a reprocess is going to do. Pure, and printable. What its effects would be can't be said
 * before the job has written what is to be applied.
 *
 * @param inputs what the job reads again
 * @param filter which of the records that it makes of that are applied
 * @param outputs all topics that the live job writes
 * @param applied those of them that the sink applies
 * @param tables the sink's tables that take something of these, by name
 * @param refusals why it can't be done; empty if it can
 */
record ReprocessPlan(
    LiveSink sink,
    LiveJob job,
    List<Range> inputs,
    RecordFilter filter,
    Read read,
    Set<String> outputs,
    Set<String> applied,
    Map<String, SinkTable> tables,
    Optional<Long> ratePerSecond,
    List<String> refusals) {
  private static final String RUN = ".r<run>";

  /**
   * What was read of the inputs.
   *
   * @param oldestMs the timestamp of the oldest record that is to have effects; empty where there
   *     is none
   */
  record Read(long records, long bytes, Optional<Long> oldestMs, double seconds) {}

  boolean isRefused() {
    return !refusals.isEmpty();
  }

  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", Replays.REPROCESS)
            .put("job", job.factory().name())
            .put("application_id", job.applicationId())
            .put("sink", sink.name())
            .put("connector", sink.connector())
            .put("records", read.records())
            .put("bytes", read.bytes());
    ratePerSecond.ifPresent(rate -> json.put("rate", rate));
    ArrayNode ranges = json.putArray("inputs");
    inputs.forEach(range -> ranges.add(range.json()));
    if (!filter.isAll()) {
      filter.addTo(json.putObject("filter"));
    }
    outputs.forEach(json.putArray("outputs")::add);
    applied.forEach(json.putArray("applied")::add);
    refusals.forEach(json.putArray("refusals")::add);
    return json;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Reprocess by job %s as %s%s, then reapply through sink %s, a copy of connector %s"
            .formatted(
                job.factory().name(), job.applicationId(), RUN, sink.name(), sink.connector()));
    for (Range range : inputs) {
      lines.add(
          "  Read      %s from %d up to %d%s"
              .formatted(
                  range.partition(),
                  range.start(),
                  range.end(),
                  filter.inputs().isAny() ? ", where the live job stands or the topic ends" : ""));
    }
    lines.add(
        "  Counted   %,d records, %,d bytes, read at %,.0f a second"
            .formatted(
                read.records(), read.bytes(), read.records() / Math.max(0.001, read.seconds())));
    outputs.forEach(
        topic ->
            lines.add(
                "  Write     %s%s%s"
                    .formatted(
                        topic, RUN, applied.contains(topic) ? "" : ", which isn't applied")));
    if (!filter.isAll()) {
      lines.add("  Filter    " + filter.text());
    }
    tables
        .values()
        .forEach(table -> lines.add("  Table     %s (%s)".formatted(table.name(), table.effect())));
    lines.add(
        "  Effects   new, duplicate, changed and unprovable ones are counted when the job has written them, and before anything is applied; --no-apply ends there");
    lines.add("  Duration  " + duration());
    refusals.forEach(refusal -> lines.add("  Refused   " + refusal));
    return String.join("\n", lines) + "\n";
  }

  private String duration() {
    return ratePerSecond
        .map(
            rate ->
                "%s for the job at %,d records a second, then as much again for each record that it makes of one"
                    .formatted(Duration.ofSeconds((read.records() + rate - 1) / rate), rate))
        .orElse("as fast as the job and the sink work; --rate limits both");
  }
}
